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

    /// <summary>
    /// Whether it is stored of each partition with records that it has some. Until then, nobody would notice if a broker and this process ended, and the
    /// next broker had none.
    /// </summary>
    public bool AreStored
    {
        get
        {
            lock (_lock)
                return _topics.Values.All(known => known.Ends.Keys.All(partition => known.Stored.ElementAtOrDefault(partition.Value) > 0));
        }
    }

    /// <summary>Notices a record that the broker has acknowledged.</summary>
    public void Acknowledged(TopicPartitionOffset place)
    {
        lock (_lock)
        {
            if (!_topics.TryGetValue(place.Topic, out var known))
                return;
            var end = known.Ends.GetValueOrDefault(place.Partition);
            // One that the broker had already comes without its place.
            if (place.Offset.IsSpecial)
            {
                known.Ends[place.Partition] = Math.Max(end, 1);
            }
            else
            {
                if (place.Offset < end)
                {
                    // The ends that are known of the other partitions are those of the lost log.
                    known.Ends.Clear();
                    known.IsLost = true;
                    known.TellLost();
                }
                known.Ends[place.Partition] = place.Offset + 1;
            }
            TellIfGrown(known, place.Partition);
        }
    }

    /// <summary>Wants to hear when a topic's log is lost, and when it has doubled since it was stored how far it reaches. The actions must not wait.</summary>
    public void Follow(string topic, Action grown, Action lost)
    {
        lock (_lock)
            _topics[topic] = new(grown, lost);
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
        {
            var known = _topics[topic];
            (known.Stored, known.IsTold) = (ends, false);
            // By what came meanwhile.
            foreach (var partition in known.Ends.Keys)
                TellIfGrown(known, partition);
        }
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

    private static void TellIfGrown(Known known, Partition partition)
    {
        if (known.IsTold || known.Ends[partition] <= 2 * known.Stored.ElementAtOrDefault(partition.Value))
            return;
        known.IsTold = true;
        known.TellGrown();
    }

    private sealed class Known(Action grown, Action lost)
    {
        public Action TellGrown => grown;

        public Action TellLost => lost;

        public Dictionary<Partition, long> Ends { get; } = [];

        public bool IsLost { get; set; }

        public ImmutableArray<long> Stored { get; set; } = [];

        /// <summary>Whether it was told that the log has doubled.</summary>
        public bool IsTold { get; set; }
    }
}
