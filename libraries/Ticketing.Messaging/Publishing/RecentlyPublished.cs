namespace Ticketing.Messaging;

/// <summary>
/// Remembers for one to two periods up to which revision a document's events are published. A writer that loaded the document just
/// before its outbox was emptied would otherwise publish them once more: harmless, but work for every consumer.
/// </summary>
internal sealed class RecentlyPublished
{
    private Dictionary<string, long> _young = [];
    private Dictionary<string, long> _old = [];

    public long UpTo(string id) => Math.Max(_young.GetValueOrDefault(id), _old.GetValueOrDefault(id));

    public void Add(string id, long revision) => _young[id] = revision;

    /// <summary>Ends a period: forgets what was added before the one that ends.</summary>
    public void Rotate()
    {
        (_young, _old) = (_old, _young);
        _young.Clear();
    }
}
