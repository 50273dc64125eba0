using Ticketing.Documents;

namespace Ticketing.Messaging.Tests.Harness;

/// <summary>A database that is away, lets writes conflict, or rejects documents when a test says so.</summary>
public sealed class FaultyDatabase(IDocumentDatabase database) : IDocumentDatabase
{
    private volatile bool _isDown;
    private int _refused;
    private int _queries;

    /// <summary>Whether every call fails.</summary>
    public bool IsDown
    {
        get => _isDown;
        set => _isDown = value;
    }

    /// <summary>How many calls of a service failed.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>How many documents of a service were asked for.</summary>
    public int Loads { get; private set; }

    /// <summary>How often an index was asked.</summary>
    public int Queries => Volatile.Read(ref _queries);

    /// <summary>Another writer's write just before this one, which lets it conflict; null for none.</summary>
    public Func<string, bool>? Interferes { get; set; }

    /// <summary>What happens before several documents of these ids are looked up; null for nothing.</summary>
    public Func<IReadOnlyCollection<string>, Task>? Loading { get; set; }

    /// <summary>What hears how many documents are looked at together; null for nothing.</summary>
    public Action<int>? Viewing { get; set; }

    /// <summary>What happens before a state is written; null for nothing.</summary>
    public Func<object, Task>? Writing { get; set; }

    /// <summary>The states that the store can never hold; null for none.</summary>
    public Func<object, bool>? Rejects { get; set; }

    /// <summary>The ids that the store can never look for; null for none.</summary>
    public Func<string, bool>? RejectsId { get; set; }

    public string System => database.System;

    public IDocumentStore<T> Store<T>(DocumentType<T> type)
        where T : class => new FaultyStore<T>(this, database.Store(type));

    public ValueTask PingAsync(CancellationToken cancellation = default) => Check(() => database.PingAsync(cancellation));

    // The runtime's own calls come at any time, so they do not count.
    private TResult Check<TResult>(Func<TResult> call, int loads = 0, bool isOfService = true)
    {
        if (isOfService)
            Loads += loads;
        if (!_isDown)
            return call();
        if (isOfService)
            Interlocked.Increment(ref _refused);
        throw new StoreUnavailableException();
    }

    private sealed class FaultyStore<T>(FaultyDatabase faults, IDocumentStore<T> store) : IDocumentStore<T>
        where T : class
    {
        public ValueTask<Document<T>?> LoadAsync(string id, CancellationToken cancellation = default) =>
            Check(() => store.LoadAsync(id, cancellation), loads: 1);

        public async ValueTask<IReadOnlyDictionary<string, Document<T>>> LoadManyAsync(
            IReadOnlyCollection<string> ids, CancellationToken cancellation = default)
        {
            await (faults.Loading?.Invoke(ids) ?? Task.CompletedTask);
            return ids.Any(id => faults.RejectsId?.Invoke(id) == true)
                ? throw new DocumentRejectedException()
                : await Check(() => store.LoadManyAsync(ids, cancellation), ids.Count);
        }

        public ValueTask<DocumentView<T>?> ViewAsync(string id, CancellationToken cancellation = default) =>
            Check(() => store.ViewAsync(id, cancellation), loads: 1);

        public ValueTask<IReadOnlyDictionary<string, DocumentView<T>>> ViewManyAsync(
            IReadOnlyCollection<string> ids, CancellationToken cancellation = default)
        {
            faults.Viewing?.Invoke(ids.Count);
            return Check(() => store.ViewManyAsync(ids, cancellation), ids.Count);
        }

        public async ValueTask<IReadOnlyList<bool>> WriteManyAsync(
            IReadOnlyList<Document<T>> documents, CancellationToken cancellation = default)
        {
            foreach (var document in documents)
                await (faults.Writing?.Invoke(document.State) ?? Task.CompletedTask);
            foreach (var document in documents)
                if (faults.Interferes?.Invoke(document.Id) == true && await store.LoadAsync(document.Id, cancellation) is { } stored)
                    await store.WriteManyAsync([stored with { Revision = stored.Revision + 1 }], cancellation);
            if (documents.Any(document => faults.Rejects?.Invoke(document.State) == true))
                throw new DocumentRejectedException();
            // As a store on a server may, half-way.
            cancellation.ThrowIfCancellationRequested();
            return await Check(() => store.WriteManyAsync(documents, cancellation));
        }

        public ValueTask RemovePublishedAsync(IReadOnlyList<PublishedUpTo> published, CancellationToken cancellation = default) =>
            Check(() => store.RemovePublishedAsync(published, cancellation));

        public ValueTask<IReadOnlyList<DocumentView<T>>> QueryAsync(IndexQuery query, CancellationToken cancellation = default)
        {
            Interlocked.Increment(ref faults._queries);
            return Check(() => store.QueryAsync(query, cancellation));
        }

        public ValueTask<IReadOnlyList<string>> ListIdsAsync(int limit, string? after = null, CancellationToken cancellation = default) =>
            Check(() => store.ListIdsAsync(limit, after, cancellation));

        public ValueTask<IReadOnlyList<DocumentOutbox>> FindUnpublishedAsync(
            int limit, string? after = null, CancellationToken cancellation = default) =>
            Check(() => store.FindUnpublishedAsync(limit, after, cancellation));

        private TResult Check<TResult>(Func<TResult> call, int loads = 0) => faults.Check(call, loads, isOfService: typeof(T) != typeof(PublishedLog));
    }
}
