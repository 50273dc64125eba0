using System.Collections.Immutable;
using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>
/// How far logs reach, by the places at which the broker acknowledged this instance's records. They grow: a record that comes to a place that was
/// taken is in another log, and the one before is lost.
/// </summary>
internal sealed class LogEnds
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Known> _topics = [];

    /// <summary>Notices a record that the broker has acknowledged.</summary>
    public void Acknowledged(TopicPartitionOffset place)
    {
        // One that the broker had already comes without its place.
        if (place.Offset.IsSpecial)
            return;
        Action? tell = null;
        lock (_lock)
        {
            if (!_topics.TryGetValue(place.Topic, out var known))
                return;
            var end = known.Ends.GetValueOrDefault(place.Partition);
            if (place.Offset < end)
            {
                // The ends that are known of the other partitions are those of the lost log.
                known.Ends.Clear();
                known.IsLost = true;
                tell = known.Tell;
            }
            known.Ends[place.Partition] = end = place.Offset + 1;
            if (!known.IsTold && end > 2 * known.Stored.ElementAtOrDefault(place.Partition.Value))
                (known.IsTold, tell) = (true, known.Tell);
        }
        tell?.Invoke();
    }

    /// <summary>Wants to hear when a topic's log is lost, and when it has doubled since it was stored how far it reaches.</summary>
    public void Follow(string topic, Action tell)
    {
        lock (_lock)
            _topics[topic] = new(tell);
    }

    /// <summary>The end of each partition, 0 where none is known.</summary>
    public long[] Of(string topic)
    {
        lock (_lock)
        {
            var ends = _topics[topic].Ends;
            return [.. Enumerable.Range(0, ends.Count == 0 ? 0 : 1 + ends.Keys.Max(partition => partition.Value)).Select(partition => ends.GetValueOrDefault(partition))];
        }
    }

    /// <summary>It is stored how far a log reaches.</summary>
    public void Stored(string topic, ImmutableArray<long> ends)
    {
        lock (_lock)
            (_topics[topic].Stored, _topics[topic].IsTold) = (ends, false);
    }

    /// <summary>Whether a log was lost since <see cref="Forget"/>.</summary>
    public bool IsLost(string topic)
    {
        lock (_lock)
            return _topics[topic].IsLost;
    }

    /// <summary>It is known that a log is lost. From now on the next one is looked at.</summary>
    public void Forget(string topic)
    {
        lock (_lock)
        {
            _topics[topic].Ends.Clear();
            _topics[topic].IsLost = false;
        }
    }

    private sealed class Known(Action tell)
    {
        public Action Tell => tell;

        public Dictionary<Partition, long> Ends { get; } = [];

        public bool IsLost { get; set; }

        public ImmutableArray<long> Stored { get; set; } = [];

        /// <summary>Whether it was told that the log has doubled.</summary>
        public bool IsTold { get; set; }
    }
}
