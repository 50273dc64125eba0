using Confluent.Kafka;
using Confluent.Kafka.Admin;

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
            var before = await offsets.EndsAsync();
            seen = string.Join(", ", await offsets.BehindAsync(before));
            if (seen.Length > 0)
                return false;
            seen = "an outbox is not empty";
            if (!await outboxesEmpty())
                return false;
            seen = "topics still grow";
            var after = await offsets.EndsAsync();
            return before.Count == after.Count && before.All(end => after[end.Key] == end.Value);
        }
    }
}

/// <summary>How far topics reach, and how far groups have come.</summary>
/// <param name="bootstrapServers">The broker.</param>
/// <param name="groups">Every group, with the topic that it consumes.</param>
public sealed class GroupOffsets(string bootstrapServers, IReadOnlyCollection<(string Group, string Topic)> groups) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly IAdminClient _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers })
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private ILookup<string, TopicPartition>? _partitions;

    /// <summary>The next offset of each partition. It is that of the first record if there is none.</summary>
    internal async Task<Dictionary<TopicPartition, long>> EndsAsync()
    {
        // The client's call blocks.
        _partitions ??= await Task.Run(() => groups.Select(group => group.Topic).Distinct()
            .SelectMany(topic => _admin.GetMetadata(topic, Timeout).Topics.Single().Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId)))
            .ToLookup(partition => partition.Topic));
        return await OffsetsAsync(OffsetSpec.Latest());
    }

    /// <summary>What the groups have not committed yet.</summary>
    internal async Task<IEnumerable<string>> BehindAsync(Dictionary<TopicPartition, long> ends)
    {
        var committed = await Task.WhenAll(groups.Select(async group =>
            (group.Group, (await _admin.ListConsumerGroupOffsetsAsync(
                [new(group.Group, [.. _partitions![group.Topic]])], new() { RequestTimeout = Timeout })).Single().Partitions)));
        // Where a group has committed nothing, there must be nothing.
        var begins = committed.SelectMany(group => group.Partitions).Any(partition => partition.Offset.IsSpecial) ? await OffsetsAsync(OffsetSpec.Earliest()) : null;
        return
            from one in committed
            from partition in one.Partitions
            let position = partition.Offset.IsSpecial ? begins![partition.TopicPartition] : partition.Offset.Value
            where position < ends[partition.TopicPartition]
            select $"{one.Group} is at {position} of {ends[partition.TopicPartition]} in {partition.Topic} [{partition.Partition.Value}]";
    }

    public void Dispose() => _admin.Dispose();

    private async Task<Dictionary<TopicPartition, long>> OffsetsAsync(OffsetSpec spec) => (await _admin.ListOffsetsAsync(
        _partitions!.SelectMany(partitions => partitions).Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }),
        new() { RequestTimeout = Timeout })).ResultInfos.ToDictionary(result => result.TopicPartitionOffsetError.TopicPartition, result => result.TopicPartitionOffsetError.Offset.Value);
}
