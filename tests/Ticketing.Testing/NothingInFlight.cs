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
            var ends = await offsets.EndsAsync();
            seen = string.Join(", ", await offsets.BehindAsync(ends));
            if (seen.Length > 0)
                return false;
            seen = "an outbox is not empty";
            if (!await outboxesEmpty())
                return false;
            seen = "topics still grow";
            var after = await offsets.EndsAsync();
            return ends.All(end => after[end.Key] == end.Value);
        }
    }
}

/// <summary>How far topics reach, and how far groups have come.</summary>
internal sealed class GroupOffsets : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly IAdminClient _admin;
    private readonly ILookup<string, TopicPartition> _partitions;
    private readonly IReadOnlyCollection<(string Group, string Topic)> _groups;

    public GroupOffsets(string bootstrapServers, IReadOnlyCollection<(string Group, string Topic)> groups)
    {
        _groups = groups;
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _partitions = groups.Select(group => group.Topic).Distinct()
            .SelectMany(topic => _admin.GetMetadata(topic, Timeout).Topics.Single().Partitions.Select(p => new TopicPartition(topic, p.PartitionId)))
            .ToLookup(partition => partition.Topic);
    }

    /// <summary>The first and the next offset of each partition.</summary>
    public async Task<Dictionary<TopicPartition, (long Low, long High)>> EndsAsync()
    {
        var (low, high) = (await ListAsync(OffsetSpec.Earliest()), await ListAsync(OffsetSpec.Latest()));
        return high.ToDictionary(end => end.Key, end => (low[end.Key], end.Value));
    }

    /// <summary>What the groups have not committed yet.</summary>
    public async Task<IReadOnlyList<string>> BehindAsync(Dictionary<TopicPartition, (long Low, long High)> ends)
    {
        var behind = await Task.WhenAll(_groups.Select(async group =>
        {
            // The client asks for one group at a time.
            var answer = await _admin.ListConsumerGroupOffsetsAsync([new(group.Group, [.. _partitions[group.Topic]])], new() { RequestTimeout = Timeout });
            return
                from committed in Assert.Single(answer).Partitions
                let end = ends[committed.TopicPartition]
                let position = committed.Offset.IsSpecial ? end.Low : committed.Offset.Value
                where position < end.High
                select $"{group.Group} is at {position} of {end.High} in {committed.Topic} [{committed.Partition.Value}]";
        }));
        return [.. behind.SelectMany(lines => lines)];
    }

    public void Dispose() => _admin.Dispose();

    private async Task<Dictionary<TopicPartition, long>> ListAsync(OffsetSpec spec)
    {
        var answer = await _admin.ListOffsetsAsync(
            _partitions.SelectMany(partitions => partitions).Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }),
            new() { RequestTimeout = Timeout });
        return answer.ResultInfos.ToDictionary(info => info.TopicPartitionOffsetError.TopicPartition, info => info.TopicPartitionOffsetError.Offset.Value);
    }
}
