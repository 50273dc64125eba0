using System.Collections.Frozen;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>Reads documents from their store, unless this process knows them, and remembers what it reads.</summary>
/// <param name="type">Their type.</param>
/// <param name="store">Where they are.</param>
/// <param name="isInProcess">Whether reading them costs nothing, so that nothing is remembered.</param>
/// <param name="time">The time.</param>
internal sealed class DocumentReads<T>(DocumentType<T> type, IDocumentStore<T> store, bool isInProcess, TimeProvider time)
    where T : class
{
    private readonly RecentDocuments<T>? _recent = isInProcess ? null : new(time);

    /// <summary>A document as this process saw it last; null if it does not know it.</summary>
    public Document<T>? Find(string id) => _recent?.Find(id);

    /// <summary>A document to show, as this process saw it no longer ago than this.</summary>
    public DocumentView<T>? FindView(string id, TimeSpan maxAge) => _recent?.Find(id, maxAge) is { } document ? type.View(document) : null;

    /// <summary>A document to show, as it is stored. A decision often follows, so it is remembered, unless there are parts, which nobody is shown.</summary>
    public async ValueTask<DocumentView<T>?> ViewAsync(string id, CancellationToken cancellation) =>
        type.Parts is not null ? await store.ViewAsync(id, cancellation)
        : await LoadAsync(id, cancellation) is { } document ? type.View(document)
        : null;

    /// <summary>A document to decide on, as it is stored.</summary>
    public async ValueTask<Document<T>?> LoadAsync(string id, CancellationToken cancellation)
    {
        var document = await store.LoadAsync(id, cancellation);
        if (document is not null)
            _recent?.Loaded(document);
        return document;
    }

    /// <summary>Documents to decide on, by id, as they are stored.</summary>
    public async ValueTask<IReadOnlyDictionary<string, Document<T>>> LoadManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var documents = await store.LoadManyAsync(ids, cancellation);
        foreach (var document in documents.Values)
            _recent?.Loaded(document);
        return documents;
    }

    /// <summary>
    /// Documents to decide on, by id, as this process saw them last; what it does not know is loaded. See <see cref="RecentDocuments{T}"/> for what may
    /// follow from what it knows.
    /// </summary>
    /// <returns>The documents, and the ids of those that were not loaded.</returns>
    public async ValueTask<(IReadOnlyDictionary<string, Document<T>> Documents, IReadOnlySet<string> Known)> FindManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        if (_recent is null)
            return (await store.LoadManyAsync(ids, cancellation), FrozenSet<string>.Empty);
        var documents = new Dictionary<string, Document<T>>(ids.Count);
        foreach (var id in ids)
            if (Find(id) is { } document)
                documents[id] = document;
        var known = documents.Keys.ToHashSet();
        if (known.Count < ids.Count)
            foreach (var (id, document) in await LoadManyAsync([.. ids.Where(id => !known.Contains(id))], cancellation))
                documents[id] = document;
        return (documents, known);
    }

    /// <summary>The ids of those of these documents that are stored as they are here. A look reads no parts, which may be most of a document.</summary>
    public async ValueTask<IReadOnlySet<string>> FindCurrentAsync(IReadOnlyCollection<Document<T>> documents, CancellationToken cancellation)
    {
        if (documents.Count == 0)
            return FrozenSet<string>.Empty;
        var views = await store.ViewManyAsync([.. documents.Select(document => document.Id)], cancellation);
        return documents.Where(document => views.GetValueOrDefault(document.Id)?.Revision == document.Revision).Select(document => document.Id).ToHashSet();
    }

    /// <summary>A document was written by this process.</summary>
    public void Written(Document<T> document) => _recent?.Written(document);

    /// <summary>What this process knows of a document is old.</summary>
    public void Forget(string id) => _recent?.Forget(id);
}
