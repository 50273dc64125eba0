using System.Collections.Immutable;

namespace Ticketing.Documents;

/// <summary>
/// A document as the store keeps it: its state, the revision that guards its writes, and the events that its changes caused
/// and that no broker has acknowledged yet (the transactional outbox, inside the document, so one write stores both or neither).
/// </summary>
/// <typeparam name="T">The state; immutable, because readers share it.</typeparam>
/// <param name="Id">Unique among documents of one <see cref="DocumentType{T}"/>.</param>
/// <param name="Revision">From 1, one more with each write. 0 is a document that is not stored yet.</param>
/// <param name="State">What the document says.</param>
/// <param name="Outbox">Unpublished events, oldest first.</param>
public sealed record Document<T>(string Id, long Revision, T State, ImmutableArray<OutboxEvent> Outbox)
    where T : class
{
    /// <summary>
    /// Of a document to be written: the state of the revision before, if its writer has it. A store then writes only those
    /// <see cref="DocumentParts{T}"/> that differ; without it, all of them.
    /// </summary>
    public T? Previous { get; init; }
}
