namespace Ticketing.Documents.Memory;

/// <summary>Documents of one type in a dictionary. One lock guards all of it: every call is a few lookups long.</summary>
internal sealed class MemoryStore<T>(DocumentType<T> type) : IDocumentStore<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Document<T>> _documents = [];
    private readonly HashSet<string> _unpublished = [];
    private readonly MemoryIndex<T>[] _indexes = [.. type.Indexes.Select(index => new MemoryIndex<T>(index))];

    public ValueTask<Document<T>?> LoadAsync(string id, CancellationToken cancellation = default)
    {
        lock (_lock)
            return new(_documents.GetValueOrDefault(id));
    }

    public ValueTask<IReadOnlyDictionary<string, Document<T>>> LoadManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default)
    {
        var found = new Dictionary<string, Document<T>>(ids.Count);
        lock (_lock)
        {
            foreach (var id in ids)
                if (_documents.TryGetValue(id, out var document))
                    found[id] = document;
        }
        return new(found);
    }

    public ValueTask<DocumentView<T>?> ViewAsync(string id, CancellationToken cancellation = default)
    {
        lock (_lock)
            return new(_documents.TryGetValue(id, out var document) ? type.View(document) : null);
    }

    public async ValueTask<IReadOnlyDictionary<string, DocumentView<T>>> ViewManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        (await LoadManyAsync(ids, cancellation)).ToDictionary(found => found.Key, found => type.View(found.Value));

    public ValueTask<IReadOnlyList<bool>> WriteManyAsync(IReadOnlyList<Document<T>> documents, CancellationToken cancellation = default)
    {
        // All parts are kept anyway; but what another store refuses to write is refused here, too.
        foreach (var document in documents)
            type.Parts?.Changed(document);
        var written = new bool[documents.Count];
        lock (_lock)
        {
            for (var i = 0; i < written.Length; i++)
                written[i] = Write(documents[i]);
        }
        return new(written);
    }

    public ValueTask RemovePublishedAsync(IReadOnlyList<PublishedUpTo> published, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            foreach (var (id, revision) in published)
            {
                if (!_documents.TryGetValue(id, out var document))
                    continue;
                var outbox = document.Outbox.RemoveAll(e => e.Revision <= revision);
                _documents[id] = document with { Outbox = outbox };
                if (outbox.IsEmpty)
                    _unpublished.Remove(id);
            }
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<DocumentView<T>>> QueryAsync(IndexQuery query, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        var index = Array.Find(_indexes, index => index.Name == query.Index)
            ?? throw new ArgumentException($"'{type.Name}' has no index '{query.Index}'.", nameof(query));
        lock (_lock)
            return new([.. index.Ids(query).Select(id => type.View(_documents[id]))]);
    }

    public ValueTask<IReadOnlyList<string>> ListIdsAsync(int limit, string? after = null, CancellationToken cancellation = default)
    {
        lock (_lock)
            return new([.. _documents.Keys.Where(id => after is null || string.CompareOrdinal(id, after) > 0).Order(StringComparer.Ordinal).Take(limit)]);
    }

    public ValueTask<IReadOnlyList<DocumentOutbox>> FindUnpublishedAsync(
        int limit, string? after = null, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            return new([.. _unpublished
                .Where(id => after is null || string.CompareOrdinal(id, after) > 0)
                .Order(StringComparer.Ordinal).Take(limit).Select(id => new DocumentOutbox(id, _documents[id].Outbox))]);
        }
    }

    private bool Write(Document<T> next)
    {
        var stored = _documents.GetValueOrDefault(next.Id);
        if ((stored?.Revision ?? 0) != next.Revision - 1)
            return false;
        // The stored outbox may have lost events since `next` was made from it, never gained any: its revision is the same.
        var outbox = stored is null || stored.Outbox.Length == 0
            ? next.Outbox.RemoveAll(e => e.Revision != next.Revision)
            : stored.Outbox.AddRange(next.Outbox.Where(e => e.Revision == next.Revision));
        _documents[next.Id] = outbox == next.Outbox && next.Previous is null ? next : next with { Outbox = outbox, Previous = null };
        if (!outbox.IsEmpty)
            _unpublished.Add(next.Id);
        foreach (var index in _indexes)
            index.Replace(next.Id, stored?.State, next.State);
        return true;
    }
}
