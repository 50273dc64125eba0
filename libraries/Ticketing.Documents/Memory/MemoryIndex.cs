namespace Ticketing.Documents.Memory;

/// <summary>One index of a <see cref="MemoryStore{T}"/>: a sorted set of keys with their documents' ids.</summary>
internal sealed class MemoryIndex<T>(DocumentIndex<T> index)
    where T : class
{
    // Sorts behind every id, as no UTF-16 string holds a greater unit.
    private const string Last = "\uffff";

    private readonly SortedSet<(string Key, string Id)> _entries = new(Comparer<(string Key, string Id)>.Create(Compare));

    public string Name => index.Name;

    public void Replace(string id, T? before, T after)
    {
        var (old, key) = (before is null ? null : index.Key(before), index.Key(after));
        if (old == key)
            return;
        if (old is not null)
            _entries.Remove((old, id));
        if (key is not null)
            _entries.Add((key, id));
    }

    public IEnumerable<string> Ids(IndexQuery query)
    {
        if (_entries.Count == 0)
            return [];
        var after = query.After is { } cursor ? (cursor.Key, cursor.Id) : ((string Key, string Id)?)null;
        var from = query.Descending ? (query.From, "") : after ?? (query.From, "");
        var to = query.Descending ? after ?? (query.To ?? Last, Last) : (query.To ?? Last, Last);
        if (Compare(from, to) > 0)
            return [];
        var range = _entries.GetViewBetween(from, to);
        return (query.Descending ? range.Reverse() : range).Where(entry => entry != after).Take(query.Limit).Select(entry => entry.Id);
    }

    private static int Compare((string Key, string Id) a, (string Key, string Id) b)
    {
        var byKey = string.CompareOrdinal(a.Key, b.Key);
        return byKey != 0 ? byKey : string.CompareOrdinal(a.Id, b.Id);
    }
}
