using System.Collections.Immutable;

namespace Ticketing.Documents;

/// <summary>
/// A document as an answer shows it: without its <see cref="DocumentParts{T}"/> and its events, which are not read. No store takes it: what is
/// decided on and written is a <see cref="Document{T}"/>.
/// </summary>
/// <param name="Id">The document's id.</param>
/// <param name="Revision">The document's revision.</param>
/// <param name="State">What the document says. If its type has parts, it throws when it is asked for them.</param>
public sealed record DocumentView<T>(string Id, long Revision, T State)
    where T : class;

/// <summary>The events of a document that no broker has acknowledged yet, without the document.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="Events">Oldest first.</param>
public sealed record DocumentOutbox(string Id, ImmutableArray<OutboxEvent> Events);
