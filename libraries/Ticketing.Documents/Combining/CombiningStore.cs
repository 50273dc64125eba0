namespace Ticketing.Documents;

/// <summary>
/// A store on a server, whose round trips cost more than what they carry: loads of single documents, and writes, that come at once from the
/// callers of many requests and from consumer groups share them. A caller that gives up is not kept waiting for the server, and leaves the round
/// trip to end by itself: to interrupt it, Npgsql asks the server, on the thread that cancels, and a frozen one never answers.
/// </summary>
/// <param name="store">The store itself. Its writes of several documents at once must succeed or fail each for itself.</param>
public sealed class CombiningStore<T>(IDocumentStore<T> store) : IDocumentStore<T>
    where T : class
{
    private readonly Combiner<string, Document<T>?> _loads = Combine(store.LoadManyAsync);
    private readonly Combiner<string, DocumentView<T>?> _views = Combine(store.ViewManyAsync);

    private readonly Combiner<IReadOnlyList<Document<T>>, IReadOnlyList<bool>> _writes = new(async writes =>
    {
        if (writes is [var alone])
            return [await store.WriteManyAsync(alone)];
        // Of two writes of one document at once, one meets a conflict; which one is all the same to its writer, who decides again.
        var distinct = writes.SelectMany(documents => documents).DistinctBy(document => document.Id).ToList();
        var written = await store.WriteManyAsync(distinct);
        var stored = distinct.Where((_, i) => written[i]).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. writes.Select(documents => documents.Select(stored.Contains).ToList())];
    });

    /// <inheritdoc/>
    public async ValueTask<Document<T>?> LoadAsync(string id, CancellationToken cancellation = default) =>
        await _loads.AskAsync(id).WaitAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, Document<T>>> LoadManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        await store.LoadManyAsync(ids, CancellationToken.None).AsTask().WaitAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask<DocumentView<T>?> ViewAsync(string id, CancellationToken cancellation = default) =>
        await _views.AskAsync(id).WaitAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, DocumentView<T>>> ViewManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        await store.ViewManyAsync(ids, CancellationToken.None).AsTask().WaitAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<bool>> WriteManyAsync(IReadOnlyList<Document<T>> documents, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return await _writes.AskAsync(documents).WaitAsync(cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask RemovePublishedAsync(IReadOnlyList<PublishedUpTo> published, CancellationToken cancellation = default) =>
        await store.RemovePublishedAsync(published, CancellationToken.None).AsTask().WaitAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DocumentView<T>>> QueryAsync(IndexQuery query, CancellationToken cancellation = default) =>
        await store.QueryAsync(query, CancellationToken.None).AsTask().WaitAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ListIdsAsync(int limit, string? after = null, CancellationToken cancellation = default) =>
        await store.ListIdsAsync(limit, after, CancellationToken.None).AsTask().WaitAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DocumentOutbox>> FindUnpublishedAsync(
        int limit, string? after = null, CancellationToken cancellation = default) =>
        await store.FindUnpublishedAsync(limit, after, CancellationToken.None).AsTask().WaitAsync(cancellation);

    private static Combiner<string, TFound?> Combine<TFound>(
        Func<IReadOnlyCollection<string>, CancellationToken, ValueTask<IReadOnlyDictionary<string, TFound>>> read)
        where TFound : class => new(async ids =>
        {
            var found = await read([.. ids.Distinct()], CancellationToken.None);
            return [.. ids.Select(found.GetValueOrDefault)];
        });
}
