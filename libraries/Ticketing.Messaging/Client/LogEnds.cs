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
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Ends when it is known how far the logs reached before this process. What is published after that comes to a later place, unless the log is another.
    /// </summary>
    public Task AreKnown => _known.Task;

    /// <summary>
    /// Whether it is stored of each partition with records that it has some, and of each log that is lost that it is. Until then, nobody would know if this
    /// process ended, and a broker that has no records took the place of the present one.
    /// </summary>
    public bool AreStored
    {
        get
        {
            lock (_lock)
                return _topics.Values.All(known => (!known.IsLost || known.IsLossStored)
                    && known.Ends.Keys.All(partition => known.Stored.ElementAtOrDefault(partition.Value) > 0));
        }
    }

    /// <summary>Notices a record that the broker has acknowledged.</summary>
    public void Acknowledged(TopicPartitionOffset place)
    {
        lock (_lock)
        {
            if (!_topics.TryGetValue(place.Topic, out var known))
                return;
            var end = known.Ends.TryGetValue(place.Partition, out var own) ? own : known.Before.ElementAtOrDefault(place.Partition.Value);
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
                    (known.Before, known.IsLost) = ([], true);
                    known.Tell();
                }
                known.Ends[place.Partition] = place.Offset + 1;
            }
            TellIfGrown(known, place.Partition);
        }
    }

    /// <summary>Wants to hear when a topic's log is lost, and when it has doubled since it was stored how far it reaches. The action must not wait.</summary>
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

    /// <summary>It is known how far the logs reached before this process.</summary>
    public void Begin(IEnumerable<(string Topic, ImmutableArray<long> Ends)> logs)
    {
        lock (_lock)
            foreach (var (topic, ends) in logs)
                _topics[topic].Before = ends;
        _known.TrySetResult();
    }

    /// <summary>It is stored how far a log reaches, or that it is lost, and how far the next one reaches.</summary>
    public void Stored(string topic, ImmutableArray<long> ends, bool isLost = false)
    {
        lock (_lock)
        {
            var known = _topics[topic];
            (known.Stored, known.IsLossStored, known.IsTold) = (ends, isLost, false);
            // By what came meanwhile.
            foreach (var partition in known.Ends.Keys)
                TellIfGrown(known, partition);
        }
    }

    /// <summary>Whether a log was lost since <see cref="Compared"/>.</summary>
    public bool IsLost(string topic)
    {
        lock (_lock)
            return _topics[topic].IsLost;
    }

    /// <summary>A log was compared with what is stored. If that one is lost, the next one is looked at from now on.</summary>
    public void Compared(string topic, bool isLost)
    {
        lock (_lock)
        {
            var known = _topics[topic];
            known.Before = [];
            if (!isLost)
                return;
            known.Ends.Clear();
            known.IsLost = false;
        }
    }

    private static void TellIfGrown(Known known, Partition partition)
    {
        if (known.IsTold || known.Ends[partition] <= 2 * known.Stored.ElementAtOrDefault(partition.Value))
            return;
        known.IsTold = true;
        known.Tell();
    }

    private sealed class Known(Action tell)
    {
        public Action Tell => tell;

        public Dictionary<Partition, long> Ends { get; } = [];

        /// <summary>The ends before this process, until it has compared them itself.</summary>
        public ImmutableArray<long> Before { get; set; } = [];

        public bool IsLost { get; set; }

        public bool IsLossStored { get; set; }

        public ImmutableArray<long> Stored { get; set; } = [];

        /// <summary>Whether it was told that the log has doubled.</summary>
        public bool IsTold { get; set; }
    }
}
