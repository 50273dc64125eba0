using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;

namespace Ticketing.Messaging.Consuming;

/// <summary>
/// Records that are not urgent, by key: each waits for an urgent one of its own key, with which it is handled, or until it has waited long
/// enough. Records of one key stay in order; others have none.
/// </summary>
internal sealed class LingeringRecords(TimeSpan linger, TimeProvider time)
{
    private readonly Dictionary<byte[], Waiting> _byKey = new(new KeyComparer());
    private long _oldest;

    public int Count { get; private set; }

    /// <summary>How long until some have waited long enough.</summary>
    public TimeSpan Left => TimeSpan.FromTicks(Math.Max(0, (linger - time.GetElapsedTime(_oldest)).Ticks));

    public void Add(byte[] key, Received received)
    {
        if (!_byKey.TryGetValue(key, out var waiting))
        {
            waiting = new(time.GetTimestamp());
            if (Count == 0)
                _oldest = waiting.Since;
            _byKey[key] = waiting;
        }
        waiting.Records.Add(received);
        Count++;
    }

    /// <summary>Moves those of a key, oldest first.</summary>
    public void MoveTo(List<Received> records, byte[] key)
    {
        if (!_byKey.Remove(key, out var waiting))
            return;
        records.AddRange(waiting.Records);
        Count -= waiting.Records.Count;
    }

    /// <summary>
    /// When some have waited long enough, moves those that have waited at least half as long: one batch now in place of one for each soon.
    /// </summary>
    public void MoveOverdueTo(List<Received> records)
    {
        if (Count == 0 || Left > TimeSpan.Zero)
            return;
        // The oldest may have gone with an urgent one.
        _oldest = _byKey.Values.Min(waiting => waiting.Since);
        if (Left == TimeSpan.Zero)
            MoveTo(records, waiting => time.GetElapsedTime(waiting.Since) >= linger / 2);
    }

    public void MoveAllTo(List<Received> records) => MoveTo(records, _ => true);

    /// <summary>Forgets those whose partitions are another's now.</summary>
    public void Forget(Func<Received, bool> isGone)
    {
        foreach (var (key, waiting) in _byKey)
        {
            Count -= waiting.Records.RemoveAll(received => isGone(received));
            if (waiting.Records.Count == 0)
                _byKey.Remove(key);
        }
    }

    /// <summary>The offset of the first of each partition that has any: no commit may pass it.</summary>
    public Dictionary<Partition, Offset> Firsts()
    {
        var firsts = new Dictionary<Partition, Offset>();
        foreach (var waiting in _byKey.Values)
        {
            var first = waiting.Records[0].Result;
            if (!firsts.TryGetValue(first.Partition, out var offset) || first.Offset.Value < offset.Value)
                firsts[first.Partition] = first.Offset;
        }
        return firsts;
    }

    private void MoveTo(List<Received> records, Predicate<Waiting> which)
    {
        foreach (var (key, waiting) in _byKey)
            if (which(waiting))
                MoveTo(records, key);
        if (Count > 0)
            _oldest = _byKey.Values.Min(waiting => waiting.Since);
    }

    private sealed record Waiting(long Since)
    {
        public List<Received> Records { get; } = [];
    }

    private sealed class KeyComparer : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? a, byte[]? b) => a.AsSpan().SequenceEqual(b);

        public int GetHashCode([DisallowNull] byte[] key)
        {
            var hash = new HashCode();
            hash.AddBytes(key);
            return hash.ToHashCode();
        }
    }
}
