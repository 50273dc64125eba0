namespace Ticketing.Documents;

/// <summary>
/// Documents of one type. Every write is a compare-and-set of one document; nothing here spans two. Safe for concurrent use.
/// </summary>
/// <exception cref="StoreUnavailableException">Of every member: the store cannot be reached now; the same call may work later.</exception>
/// <exception cref="DocumentRejectedException">Of every member: the store can never hold what it is given.</exception>
public interface IDocumentStore<T>
    where T : class
{
    /// <summary>One document to decide on, or null.</summary>
    ValueTask<Document<T>?> LoadAsync(string id, CancellationToken cancellation = default);

    /// <summary>The documents of these ids that exist, to decide on, by id, in one round trip.</summary>
    ValueTask<IReadOnlyDictionary<string, Document<T>>> LoadManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation = default);

    /// <summary>One document to show, or null.</summary>
    ValueTask<DocumentView<T>?> ViewAsync(string id, CancellationToken cancellation = default);

    /// <summary>The documents of these ids that exist, to show, by id, in one round trip.</summary>
    ValueTask<IReadOnlyDictionary<string, DocumentView<T>>> ViewManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default);

    /// <summary>
    /// Writes documents, at most one per id, in one round trip. Each is written only if the stored revision is one less than its own
    /// (revision 1: only if there is none); its state replaces the stored one, and those of its outbox events that carry its own
    /// revision are added to the stored outbox, from which <see cref="RemovePublishedAsync"/> may have removed older ones meanwhile.
    /// A document's <see cref="DocumentParts{T}"/> are written with it, or not at all.
    /// </summary>
    /// <returns>For each document in turn, whether it was written; false is a conflict, and tells nothing of the others.</returns>
    /// <exception cref="OperationCanceledException">It was given up; whether the documents are written is unknown.</exception>
    ValueTask<IReadOnlyList<bool>> WriteManyAsync(IReadOnlyList<Document<T>> documents, CancellationToken cancellation = default);

    /// <summary>
    /// Removes published events, at most one entry per id: those of the document's outbox with this revision or an older one.
    /// It commutes with every write, so it neither checks nor changes the document's revision.
    /// </summary>
    ValueTask RemovePublishedAsync(IReadOnlyList<PublishedUpTo> published, CancellationToken cancellation = default);

    /// <summary>A page of an index, to show.</summary>
    /// <exception cref="ArgumentException">No such index, or a limit below 1.</exception>
    ValueTask<IReadOnlyList<DocumentView<T>>> QueryAsync(IndexQuery query, CancellationToken cancellation = default);

    /// <summary>The ids of all documents in ordinal order, after the id <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<string>> ListIdsAsync(int limit, string? after = null, CancellationToken cancellation = default);

    /// <summary>The outboxes that are not empty, by their documents' ids in ordinal order, after the id <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<DocumentOutbox>> FindUnpublishedAsync(int limit, string? after = null, CancellationToken cancellation = default);
}

/// <summary>A document's events up to and with a revision that the broker has acknowledged.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="Revision">The revision of the last acknowledged event.</param>
public readonly record struct PublishedUpTo(string Id, long Revision);
