using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>
/// Documents as this process last saw them, so that the next decision on one needs no round trip. They may be old: another instance may
/// have written since. So nothing follows from one until a compare-and-set on its revision has succeeded; whoever decides that nothing is
/// to be written loads the document and decides again.
/// </summary>
internal sealed class RecentDocuments<T>(TimeProvider time)
    where T : class
{
    // Documents in each of two generations, the older of which is forgotten when the younger is full.
    private const int Generation = 4096;

    private readonly Lock _lock = new();
    private Dictionary<string, Known> _young = [];
    private Dictionary<string, Known> _old = [];

    public Document<T>? Find(string id) => Look(id)?.Document;

    /// <summary>A document as it was seen no longer ago than this.</summary>
    public Document<T>? Find(string id, TimeSpan maxAge) =>
        Look(id) is { } known && time.GetElapsedTime(known.SeenAt) <= maxAge ? known.Document : null;

    /// <summary>
    /// Remembers a document that was loaded. Not one that has unpublished events: they may be another instance's, which died, and whoever
    /// writes next must publish them first.
    /// </summary>
    public void Loaded(Document<T> document)
    {
        if (document.Outbox.IsEmpty)
            Add(document);
        else if (Find(document.Id)?.Revision < document.Revision)
            Forget(document.Id);
    }

    /// <summary>Remembers a document that was written: its events are on their way.</summary>
    public void Written(Document<T> document) => Add(document with { Outbox = [], Previous = null });

    public void Forget(string id)
    {
        lock (_lock)
        {
            _young.Remove(id);
            _old.Remove(id);
        }
    }

    private void Add(Document<T> document)
    {
        lock (_lock)
        {
            // A slow reader comes back with less than a writer knows by now.
            if (_young.TryGetValue(document.Id, out var known) && known.Document.Revision > document.Revision)
                return;
            if (_young.Count == Generation && known is null)
                (_young, _old) = ([], _young);
            _young[document.Id] = new(document, time.GetTimestamp());
        }
    }

    private Known? Look(string id)
    {
        lock (_lock)
            return _young.TryGetValue(id, out var known) || _old.TryGetValue(id, out known) ? known : null;
    }

    private sealed record Known(Document<T> Document, long SeenAt);
}
