using Confluent.Kafka;
using Ticketing.Testing.Brokers;

namespace Ticketing.Testing;

/// <summary>
/// Waits until every event that was published is handled and every event that was decided is published: all groups have committed all
/// that their topics hold, the outboxes are empty, and no topic grew while this was looked at.
/// </summary>
public static class NothingInFlight
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Returns as soon as nothing is in flight.</summary>
    /// <param name="bootstrapServers">The broker.</param>
    /// <param name="groups">Every group, with the topic that it consumes.</param>
    /// <param name="outboxesEmpty">Whether no document has an unpublished event.</param>
    /// <param name="patience">How long to wait; a minute by default.</param>
    /// <exception cref="TimeoutException">Something still is; the message says what.</exception>
    public static async Task WaitAsync(
        string bootstrapServers, IReadOnlyCollection<(string Group, string Topic)> groups, Func<ValueTask<bool>> outboxesEmpty,
        TimeSpan? patience = null)
    {
        using var offsets = new GroupOffsets(bootstrapServers, groups);
        var seen = "nothing yet";
        await Eventually.IsAsync(async () =>
        {
            try
            {
                return await IsIdleAsync();
            }
            catch (KafkaException e)
            {
                // A topic that was made just now, a broker that is not back yet.
                seen = e.Error.Reason;
                return false;
            }
        }, () => seen, patience ?? Patience);

        async ValueTask<bool> IsIdleAsync()
        {
            // The clients' calls block.
            var before = await Task.Run(offsets.Ends);
            seen = string.Join(", ", await Task.Run(() => offsets.Behind(before)));
            if (seen.Length > 0)
                return false;
            seen = "an outbox is not empty";
            if (!await outboxesEmpty())
                return false;
            seen = "topics still grow";
            return before.SequenceEqual(await Task.Run(offsets.Ends));
        }
    }
}

/// <summary>How far topics reach, and how far groups have come.</summary>
internal sealed class GroupOffsets : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly List<(string Group, IConsumer<Ignore, Ignore> Consumer, List<TopicPartition> Partitions)> _groups = [];

    public GroupOffsets(string bootstrapServers, IEnumerable<(string Group, string Topic)> groups)
    {
        foreach (var (group, topic) in groups)
        {
            // It never subscribes, so it is no member of the group and disturbs nothing.
            var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = group })
                .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
            using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
            var partitions = admin.GetMetadata(topic, Timeout).Topics.Single().Partitions;
            _groups.Add((group, consumer, partitions.ConvertAll(p => new TopicPartition(topic, p.PartitionId))));
        }
    }

    /// <summary>The first and the next offset of each partition.</summary>
    public List<(TopicPartition Partition, long Low, long High)> Ends()
    {
        var ends = new List<(TopicPartition, long, long)>();
        foreach (var (consumer, partition) in _groups.SelectMany(g => g.Partitions.Select(p => (g.Consumer, p))).DistinctBy(pair => pair.p))
        {
            var offsets = consumer.Ends(partition);
            ends.Add((partition, offsets.Low, offsets.High));
        }
        return ends;
    }

    /// <summary>What the groups have not committed yet.</summary>
    public IEnumerable<string> Behind(List<(TopicPartition Partition, long Low, long High)> ends)
    {
        var ranges = ends.ToDictionary(end => end.Partition, end => (end.Low, end.High));
        foreach (var (group, consumer, partitions) in _groups)
        {
            foreach (var committed in consumer.Committed(partitions, Timeout))
            {
                var (low, high) = ranges[committed.TopicPartition];
                var position = committed.Offset.IsSpecial ? low : committed.Offset.Value;
                if (position < high)
                    yield return $"{group} is at {position} of {high} in {committed.Topic} [{committed.Partition.Value}]";
            }
        }
    }

    public void Dispose()
    {
        foreach (var (_, consumer, _) in _groups)
            consumer.Dispose();
    }
}
