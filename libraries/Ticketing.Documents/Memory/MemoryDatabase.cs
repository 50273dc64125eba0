using System.Collections.Concurrent;

namespace Ticketing.Documents.Memory;

/// <summary>Documents in this process, gone with it: for demonstrations and fast tests.</summary>
public sealed class MemoryDatabase : IDocumentDatabase
{
    private readonly ConcurrentDictionary<string, object> _stores = new();

    /// <inheritdoc/>
    public string System => "memory";

    /// <inheritdoc/>
    public bool IsInProcess => true;

    /// <inheritdoc/>
    public IDocumentStore<T> Store<T>(DocumentType<T> type)
        where T : class => (IDocumentStore<T>)_stores.GetOrAdd(type.Name, _ => new MemoryStore<T>(type));

    /// <inheritdoc/>
    public ValueTask PingAsync(CancellationToken cancellation = default) => ValueTask.CompletedTask;
}
