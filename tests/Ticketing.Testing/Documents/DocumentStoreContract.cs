using System.Collections.Immutable;
using System.Text;
using Ticketing.Documents;

namespace Ticketing.Testing.Documents;

/// <summary>What every document store does, whatever it stores in. A store's tests derive from this and open a database.</summary>
public abstract partial class DocumentStoreContract
{
    /// <summary>An empty database; a new one for each call.</summary>
    protected abstract ValueTask<IDocumentDatabase> OpenAsync();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async ValueTask<IDocumentStore<Note>> StoreAsync() => (await OpenAsync()).Store(Note.Type);

    private static Document<Note> Document(string id, long revision, Note? state = null, params ImmutableArray<OutboxEvent> outbox) =>
        new(id, revision, state ?? new Note(), outbox);

    private static OutboxEvent Event(string id, long revision, int number = 0) => new(
        revision, $"notes/{id}/{revision}.{number}", "topic", id, "note.changed", Encoding.UTF8.GetBytes($"{{\"type\":\"note.changed\",\"n\":{number}}}"),
        new DateTimeOffset(2025, 2, 13, 12, 0, 0, TimeSpan.Zero));

    private static async Task<bool> WriteAsync(IDocumentStore<Note> store, Document<Note> document) =>
        Assert.Single(await store.WriteManyAsync([document], Cancellation));

    /// <summary>The document with so many revisions written, one event each unless they are quiet.</summary>
    private static async Task<Document<Note>> WriteRevisionsAsync(IDocumentStore<Note> store, string id, int revisions, bool quiet = false)
    {
        for (var revision = 1; revision <= revisions; revision++)
        {
            var outbox = (await store.LoadAsync(id, Cancellation))?.Outbox ?? [];
            Assert.True(await WriteAsync(
                store, new(id, revision, new Note(Count: revision), quiet ? outbox : outbox.Add(Event(id, revision)))));
        }
        return (await store.LoadAsync(id, Cancellation))!;
    }

    private static string[] EventIds(Document<Note>? document) => [.. document!.Outbox.Select(e => e.Id)];
}
