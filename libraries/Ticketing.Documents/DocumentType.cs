using System.Text.Json.Serialization.Metadata;

namespace Ticketing.Documents;

/// <summary>What a store must know of one type of document.</summary>
/// <param name="Name">Names the table or collection: lower case letters, digits and underscores.</param>
/// <param name="Json">How a state is stored where the store speaks JSON.</param>
/// <param name="Indexes">What documents can be queried by.</param>
public sealed record DocumentType<T>(string Name, JsonTypeInfo<T> Json, params IReadOnlyList<DocumentIndex<T>> Indexes)
    where T : class
{
    /// <summary>
    /// Where a state keeps the trace of the first change of its document, for documents that belong to one trace all their life, as an order
    /// does; null for the others, such as a ticket, which concerns the orders of thousands.
    /// </summary>
    public DocumentTrace<T>? Trace { get; init; }

    /// <summary>What grows in a state without end, if anything does, so that a write need not repeat it, nor an answer read it.</summary>
    public DocumentParts<T>? Parts { get; init; }

    /// <summary>A document as a store would have read it to be shown.</summary>
    public DocumentView<T> View(Document<T> document) =>
        new(document.Id, document.Revision, Parts is { } parts ? parts.With(document.State, null) : document.State);
}

/// <summary>Finds documents by a key that is computed from their state, in ordinal order of the key, then of the id.</summary>
/// <param name="Name">Names the index within its document type: lower case letters, digits and underscores.</param>
/// <param name="Key">A document's key; null keeps the document out of the index.</param>
public sealed record DocumentIndex<T>(string Name, Func<T, string?> Key)
    where T : class;

/// <summary>Reads and writes the trace that a document belongs to. It is in the state, so every store keeps it.</summary>
/// <param name="Of">A state's trace, null before it has one.</param>
/// <param name="With">The state with this trace.</param>
public sealed record DocumentTrace<T>(Func<T, TraceContext?> Of, Func<T, TraceContext, T> With)
    where T : class;
