using System.Diagnostics;

namespace Ticketing.Documents;

/// <summary>A store with a span and a duration for each call.</summary>
/// <param name="store">The store itself.</param>
/// <param name="system"><see cref="IDocumentDatabase.System"/>.</param>
/// <param name="collection">The documents' type.</param>
public sealed class ObservedStore<T>(IDocumentStore<T> store, string system, string collection) : IDocumentStore<T>
    where T : class
{
    private readonly StoreOperation _load = new("load", system, collection);
    private readonly StoreOperation _view = new("view", system, collection);
    private readonly StoreOperation _write = new("write", system, collection);
    private readonly StoreOperation _remove = new("remove_published", system, collection);
    private readonly StoreOperation _query = new("query", system, collection);
    private readonly StoreOperation _listIds = new("list_ids", system, collection);
    private readonly StoreOperation _findUnpublished = new("find_unpublished", system, collection);

    /// <inheritdoc/>
    public ValueTask<Document<T>?> LoadAsync(string id, CancellationToken cancellation = default) =>
        ObserveAsync(_load, 1, (store, id, cancellation), static s => s.store.LoadAsync(s.id, s.cancellation));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, Document<T>>> LoadManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        ObserveAsync(_load, ids.Count, (store, ids, cancellation), static s => s.store.LoadManyAsync(s.ids, s.cancellation));

    /// <inheritdoc/>
    public ValueTask<DocumentView<T>?> ViewAsync(string id, CancellationToken cancellation = default) =>
        ObserveAsync(_view, 1, (store, id, cancellation), static s => s.store.ViewAsync(s.id, s.cancellation));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, DocumentView<T>>> ViewManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        ObserveAsync(_view, ids.Count, (store, ids, cancellation), static s => s.store.ViewManyAsync(s.ids, s.cancellation));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<bool>> WriteManyAsync(IReadOnlyList<Document<T>> documents, CancellationToken cancellation = default) =>
        ObserveAsync(
            _write, documents.Count, (store, documents, cancellation), static s => s.store.WriteManyAsync(s.documents, s.cancellation));

    /// <inheritdoc/>
    public async ValueTask RemovePublishedAsync(IReadOnlyList<PublishedUpTo> published, CancellationToken cancellation = default) =>
        await ObserveAsync(_remove, published.Count, (store, published, cancellation), static async s =>
        {
            await s.store.RemovePublishedAsync(s.published, s.cancellation);
            return true;
        });

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DocumentView<T>>> QueryAsync(IndexQuery query, CancellationToken cancellation = default) =>
        ObserveAsync(_query, 1, (store, query, cancellation), static s => s.store.QueryAsync(s.query, s.cancellation));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListIdsAsync(int limit, string? after = null, CancellationToken cancellation = default) =>
        ObserveAsync(_listIds, 1, (store, limit, after, cancellation), static s => s.store.ListIdsAsync(s.limit, s.after, s.cancellation));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DocumentOutbox>> FindUnpublishedAsync(
        int limit, string? after = null, CancellationToken cancellation = default) =>
        ObserveAsync(
            _findUnpublished, 1, (store, limit, after, cancellation),
            static s => s.store.FindUnpublishedAsync(s.limit, s.after, s.cancellation));

    private static async ValueTask<TResult> ObserveAsync<TState, TResult>(
        StoreOperation operation, int documents, TState state, Func<TState, ValueTask<TResult>> call)
    {
        var (activity, started, error) = (operation.Start(documents), Stopwatch.GetTimestamp(), (Exception?)null);
        try
        {
            return await call(state);
        }
        catch (Exception e)
        {
            error = e;
            throw;
        }
        finally
        {
            operation.End(activity, started, error);
        }
    }
}
