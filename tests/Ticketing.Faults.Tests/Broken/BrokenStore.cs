using Ticketing.Documents;

namespace Ticketing.Faults.Tests.Broken;

/// <summary>A store that does not do what it says.</summary>
internal sealed class BrokenStore<T>(IDocumentStore<T> store, Breakage breakage, Func<object, bool> isLost) : IDocumentStore<T>
    where T : class
{
    // So that writers meet: all of them have decided before the first one writes.
    private static readonly TimeSpan WriteTime = TimeSpan.FromMilliseconds(100);

    public ValueTask<Document<T>?> LoadAsync(string id, CancellationToken cancellation = default) => store.LoadAsync(id, cancellation);

    public async ValueTask<IReadOnlyList<bool>> WriteManyAsync(IReadOnlyList<Document<T>> documents, CancellationToken cancellation = default)
    {
        await Task.Delay(WriteTime, cancellation);
        foreach (var document in documents)
            if (breakage == Breakage.NoCompareAndSet)
                await ReplaceAsync(document, cancellation);
            else if (!isLost(document.State))
                await store.WriteManyAsync([document], cancellation);
        return [.. documents.Select(_ => true)];
    }

    public ValueTask<IReadOnlyDictionary<string, Document<T>>> LoadManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        store.LoadManyAsync(ids, cancellation);

    public ValueTask<DocumentView<T>?> ViewAsync(string id, CancellationToken cancellation = default) => store.ViewAsync(id, cancellation);

    public ValueTask<IReadOnlyDictionary<string, DocumentView<T>>> ViewManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default) => store.ViewManyAsync(ids, cancellation);

    public ValueTask RemovePublishedAsync(IReadOnlyList<PublishedUpTo> published, CancellationToken cancellation = default) =>
        store.RemovePublishedAsync(published, cancellation);

    public ValueTask<IReadOnlyList<DocumentView<T>>> QueryAsync(IndexQuery query, CancellationToken cancellation = default) =>
        store.QueryAsync(query, cancellation);

    public ValueTask<IReadOnlyList<string>> ListIdsAsync(int limit, string? after = null, CancellationToken cancellation = default) =>
        store.ListIdsAsync(limit, after, cancellation);

    public ValueTask<IReadOnlyList<DocumentOutbox>> FindUnpublishedAsync(
        int limit, string? after = null, CancellationToken cancellation = default) => store.FindUnpublishedAsync(limit, after, cancellation);

    private async Task ReplaceAsync(Document<T> document, CancellationToken cancellation)
    {
        for (var next = document; !(await store.WriteManyAsync([next], cancellation))[0];)
        {
            var revision = (await store.LoadAsync(document.Id, cancellation))!.Revision + 1;
            next = document with { Revision = revision, Outbox = [.. document.Outbox.Select(e => e with { Revision = revision })] };
        }
    }
}
