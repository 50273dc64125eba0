using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Ticketing.Documents;

namespace Ticketing.Testing.Documents;

public abstract partial class DocumentStoreContract
{
    /// <summary>How many random sequences of operations are tried.</summary>
    protected virtual int Sequences => 200;

    [Fact]
    public async Task Behaves_like_a_dictionary_under_any_sequence_of_operations()
    {
        var store = await StoreAsync();
        var run = 0;
        var property = Prop.ForAll(StoreModel.Operations.ToArbitrary(), async operations =>
        {
            // One store for all sequences: ids and keys of a sequence begin with its number.
            var model = new StoreModel(store, $"{Interlocked.Increment(ref run):D6}-");
            foreach (var operation in operations)
                await model.RunAsync(operation);
        });
        await Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(Sequences), property), Cancellation);
    }
}

/// <summary>Does to a dictionary what it does to a store, and compares.</summary>
internal sealed class StoreModel(IDocumentStore<Note> store, string prefix)
{
    private const int Ids = 4;

    private static readonly Gen<Operation> Write =
        from id in Gen.Choose(0, Ids - 1)
        from off in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Constant(-1)), (1, Gen.Constant(1)))
        from events in Gen.Choose(0, 2)
        from stale in Gen.Elements(true, false)
        from shelf in Gen.Elements(null, "a", "b")
        select (Operation)new WriteOperation(id, off, events, stale, shelf);

    private static readonly Gen<Operation> Remove =
        from id in Gen.Choose(0, Ids - 1)
        from back in Gen.Choose(-1, 3)
        select (Operation)new RemoveOperation(id, back);

    private readonly Dictionary<string, Document<Note>> _expected = [];
    private readonly Dictionary<string, ImmutableArray<OutboxEvent>> _seen = [];

    public static Gen<Operation[]> Operations { get; } = Gen.Frequency((3, Write), (1, Remove)).ArrayOf();

    public async Task RunAsync(Operation operation)
    {
        var id = $"{prefix}{operation.Id}";
        var stored = _expected.GetValueOrDefault(id);
        if (operation is WriteOperation write)
            await WriteAsync(id, stored, write);
        else if (operation is RemoveOperation remove)
            await RemoveAsync(id, stored, (stored?.Revision ?? 0) - remove.Back);
        await CompareAsync();
    }

    private async Task WriteAsync(string id, Document<Note>? stored, WriteOperation write)
    {
        var (right, revision) = ((stored?.Revision ?? 0) + 1, (stored?.Revision ?? 0) + 1 + write.Off);
        var added = Enumerable.Range(0, write.Events)
            .Select(i => new OutboxEvent(revision, $"{id}/{revision}.{i}", "t", id, "x", new byte[] { (byte)i }, DateTimeOffset.UnixEpoch));
        // A writer that loaded the document before events were removed still has them.
        var before = write.Stale ? _seen.GetValueOrDefault(id, []) : stored?.Outbox ?? [];
        var next = new Document<Note>(id, revision, new Note($"{revision}", Shelf: write.Shelf is null ? null : prefix + write.Shelf), [.. before, .. added]);

        var written = Assert.Single(await store.WriteManyAsync([next]));

        Assert.Equal(revision == right, written);
        if (written)
            _expected[id] = next with { Outbox = [.. stored?.Outbox ?? [], .. added] };
        if (written)
            _seen[id] = _expected[id].Outbox;
    }

    private async Task RemoveAsync(string id, Document<Note>? stored, long revision)
    {
        await store.RemovePublishedAsync([new(id, revision)]);
        if (stored is not null)
            _expected[id] = stored with { Outbox = stored.Outbox.RemoveAll(e => e.Revision <= revision) };
    }

    private async Task CompareAsync()
    {
        var loaded = await store.LoadManyAsync([.. Enumerable.Range(0, Ids).Select(id => $"{prefix}{id}")]);
        Assert.Equal(Describe(_expected.Values), Describe(loaded.Values));
        var shown = await store.ViewManyAsync([.. Enumerable.Range(0, Ids).Select(id => $"{prefix}{id}")]);
        Assert.Equal(
            _expected.Values.Select(Note.Type.View).OrderBy(d => d.Id, StringComparer.Ordinal),
            shown.Values.OrderBy(d => d.Id, StringComparer.Ordinal));
        var shelved = await store.QueryAsync(new(Note.ByShelf, prefix, prefix + "z", 100));
        Assert.Equal(
            _expected.Values.Where(d => d.State.Shelf is not null).OrderBy(d => d.State.Shelf, StringComparer.Ordinal)
                .ThenBy(d => d.Id, StringComparer.Ordinal).Select(d => d.Id),
            shelved.Select(d => d.Id));
        var unpublished = await store.FindUnpublishedAsync(100, prefix);
        Assert.Equal(
            _expected.Values.Where(d => !d.Outbox.IsEmpty).OrderBy(d => d.Id, StringComparer.Ordinal).Select(d => $"{d.Id} {Describe(d.Outbox)}"),
            unpublished.Select(outbox => $"{outbox.Id} {Describe(outbox.Events)}"));
    }

    private static IEnumerable<string> Describe(IEnumerable<Document<Note>> documents) => documents
        .OrderBy(d => d.Id, StringComparer.Ordinal)
        .Select(d => $"{d.Id} {d.Revision} {d.State} {Describe(d.Outbox)}");

    private static string Describe(ImmutableArray<OutboxEvent> events) =>
        string.Join(' ', events.Select(e => $"{e.Id}:{Convert.ToHexString(e.Data.Span)}"));
}

/// <summary>What is done to one of a few documents.</summary>
internal abstract record Operation(int Id);

/// <summary>A write, its revision off by so many.</summary>
internal sealed record WriteOperation(int Id, int Off, int Events, bool Stale, string? Shelf) : Operation(Id);

/// <summary>A removal of what is so many revisions old.</summary>
internal sealed record RemoveOperation(int Id, int Back) : Operation(Id);
