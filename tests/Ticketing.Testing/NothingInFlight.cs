using Confluent.Kafka;

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
        await WaitAsync(offsets, outboxesEmpty, patience);
    }

    /// <summary>The same for who waits again and again.</summary>
    public static async Task WaitAsync(GroupOffsets offsets, Func<ValueTask<bool>> outboxesEmpty, TimeSpan? patience = null)
    {
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
                seen = e.Message;
                return false;
            }
        }, () => seen, patience ?? Patience);

        async ValueTask<bool> IsIdleAsync()
        {
            // The client's calls block.
            var before = await Task.Run(offsets.Ends);
            seen = string.Join(", ", await Task.Run(() => offsets.Behind(before).ToList()));
            if (seen.Length > 0)
                return false;
            seen = "an outbox is not empty";
            if (!await outboxesEmpty())
                return false;
            seen = "topics still grow";
            var after = await Task.Run(offsets.Ends);
            return before.Count == after.Count && before.All(end => after[end.Key] == end.Value);
        }
    }
}

/// <summary>How far topics reach, and how far groups have come.</summary>
public sealed class GroupOffsets : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    // ListOffsets of Kafka's protocol: the next offset, and the first one.
    private static readonly Timestamp Latest = new(-1, TimestampType.NotAvailable), Earliest = new(-2, TimestampType.NotAvailable);

    private readonly List<(string Group, IConsumer<Ignore, Ignore> Consumer, List<TopicPartition> Partitions)> _groups = [];

    /// <param name="bootstrapServers">The broker.</param>
    /// <param name="groups">Every group, with the topic that it consumes.</param>
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

    /// <summary>The next offset of each partition. It is that of the first record if there is none.</summary>
    internal Dictionary<TopicPartition, long> Ends() => Offsets(Latest);

    /// <summary>What the groups have not committed yet.</summary>
    internal IEnumerable<string> Behind(Dictionary<TopicPartition, long> ends)
    {
        Dictionary<TopicPartition, long>? begins = null;
        foreach (var (group, consumer, partitions) in _groups)
        {
            foreach (var committed in consumer.Committed(partitions, Timeout))
            {
                // Where a group has committed nothing, there must be nothing.
                var position = committed.Offset.IsSpecial ? (begins ??= Offsets(Earliest))[committed.TopicPartition] : committed.Offset.Value;
                var end = ends[committed.TopicPartition];
                if (position < end)
                    yield return $"{group} is at {position} of {end} in {committed.Topic} [{committed.Partition.Value}]";
            }
        }
    }

    public void Dispose()
    {
        foreach (var (_, consumer, _) in _groups)
            consumer.Dispose();
    }

    private Dictionary<TopicPartition, long> Offsets(Timestamp at) => _groups[0].Consumer
        .OffsetsForTimes(_groups.SelectMany(group => group.Partitions).Distinct().Select(partition => new TopicPartitionTimestamp(partition, at)), Timeout)
        .ToDictionary(found => found.TopicPartition, found => found.Offset.Value);
}
