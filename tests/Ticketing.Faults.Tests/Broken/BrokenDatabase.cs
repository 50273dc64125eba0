using Ticketing.Documents;
using Ticketing.Documents.Memory;

namespace Ticketing.Faults.Tests.Broken;

/// <summary>What a runtime relies on, and this one does not get.</summary>
internal enum Breakage
{
    /// <summary>All is well.</summary>
    None,

    /// <summary>A write replaces whatever is there.</summary>
    NoCompareAndSet,

    /// <summary>
    /// The process dies after the write was taken for done and before it is: what is left when events are published, or offsets
    /// committed, before the write.
    /// </summary>
    WriteComesLast,
}

/// <summary>A database that is broken for the documents of one type.</summary>
internal sealed class BrokenDatabase(Breakage breakage, string type) : IDocumentDatabase
{
    private readonly MemoryDatabase _memory = new();

    /// <summary>Which writes never come, where the write comes last.</summary>
    public Func<object, bool> IsLost { get; init; } = _ => true;

    public string System => _memory.System;

    public IDocumentStore<T> Store<T>(DocumentType<T> documents)
        where T : class
    {
        var store = _memory.Store(documents);
        return breakage == Breakage.None || documents.Name != type ? store : new BrokenStore<T>(store, breakage, IsLost);
    }

    public ValueTask PingAsync(CancellationToken cancellation = default) => _memory.PingAsync(cancellation);
}
