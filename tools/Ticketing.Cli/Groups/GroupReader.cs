using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Ticketing.Messaging;

namespace Ticketing.Cli;

/// <summary>A consumer group now.</summary>
internal sealed record Group(string Name, string State, int Members, IReadOnlyList<GroupPartition> Partitions)
{
    public long Lag => Partitions.Sum(partition => partition.Lag);
}

/// <summary>A partition of a group: who reads it, and how far behind.</summary>
/// <param name="Partition">The partition, by its names on the cluster.</param>
/// <param name="Member">Who has it; null if nobody has.</param>
/// <param name="Committed">The next record by what the group has committed; null if it has not.</param>
/// <param name="Start">The first record that there is.</param>
/// <param name="End">Behind the last record.</param>
internal sealed record GroupPartition(TopicPartition Partition, string? Member, long? Committed, long Start, long End)
{
    /// <summary>How many records are not read. Without a committed offset it is all of them, as the services begin with the first.</summary>
    public long Lag => Math.Max(0, End - Math.Max(Start, Committed ?? Start));
}

/// <summary>Asks for groups. One connection serves as often as it is asked.</summary>
internal sealed class GroupReader : IDisposable
{
    private const int ShortId = 8;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Connection _connection;
    private readonly IAdminClient _admin;
    private readonly IConsumer<byte[]?, byte[]?> _reader;
    private readonly CancellationToken _stop;

    public GroupReader(Connection connection, CancellationToken stop)
    {
        (_connection, (_admin, _), _stop) = (connection, connection.Connect(stop), stop);
        Connection.CheckAdminRequests(_admin);
        _reader = connection.Reader();
    }

    public IAdminClient Admin => _admin;

    /// <summary>Where partitions begin and end.</summary>
    public (Dictionary<TopicPartition, long> Starts, Dictionary<TopicPartition, long> Ends) Ranges(IReadOnlyCollection<TopicPartition> partitions) =>
        (_reader.Find(Offset.Beginning, partitions), _reader.Find(Offset.End, partitions));

    /// <summary>Where the first records since a time are.</summary>
    public Dictionary<TopicPartition, Offset> Since(DateTimeOffset time, IReadOnlyCollection<TopicPartition> partitions) => _reader.FindSince(time, partitions);

    /// <summary>These groups, or all, by name.</summary>
    public async Task<List<Group>> ReadAsync(IReadOnlyCollection<string> only)
    {
        var listed = await Task.Run(() => Connection.GroupsAsync(_admin, _stop));
        var names = listed
            .Where(name => name.StartsWith(_connection.Prefix, StringComparison.Ordinal) && (only.Count == 0 || only.Contains(_connection.InShop(name))))
            .Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
            return [];
        var described = (await DescribeAsync(names)).ToDictionary(group => group.GroupId);
        var committed = await Task.WhenAll(names.Select(CommittedAsync));
        var read = names.Zip(committed, (name, offsets) => (Group: described[name], Offsets: offsets)).ToList();

        var partitions = read.SelectMany(one => one.Offsets.Keys.Concat(one.Group.Members.SelectMany(AssignedTo))).Distinct().ToList();
        // A group may have committed offsets of a topic that is deleted.
        var existing = _admin.GetMetadata(Timeout).Topics.SelectMany(topic => topic.Partitions.Select(p => new TopicPartition(topic.Topic, p.PartitionId))).ToHashSet();
        partitions.RemoveAll(partition => !existing.Contains(partition));
        var (starts, ends) = Ranges(partitions);
        return
        [
            .. read.Select(one =>
            {
                var members = one.Group.Members.SelectMany(member => AssignedTo(member).Select(partition => (partition, NameOf(member))))
                    .ToLookup(pair => pair.partition, pair => pair.Item2);
                return new Group(_connection.InShop(one.Group.GroupId), $"{one.Group.State}", one.Group.Members.Count,
                [
                    .. partitions.Where(partition => one.Offsets.ContainsKey(partition) || members.Contains(partition))
                        .OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition.Value)
                        .Select(partition => new GroupPartition(
                            partition, members[partition].FirstOrDefault(), one.Offsets.TryGetValue(partition, out var offset) ? offset : null,
                            starts[partition], ends[partition])),
                ]);
            }),
        ];
    }

    /// <summary>What the broker says of groups, by their names on the cluster.</summary>
    public async Task<List<ConsumerGroupDescription>> DescribeAsync(IEnumerable<string> names)
    {
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(Pause, _stop))
        {
            List<ConsumerGroupDescription> described;
            try
            {
                described = (await _admin.DescribeConsumerGroupsAsync(names, new() { RequestTimeout = Timeout })).ConsumerGroupDescriptions;
            }
            catch (DescribeConsumerGroupsException e)
            {
                described = e.Results.ConsumerGroupDescriptions;
            }
            if (described.Find(group => group.Error.IsError && group.Error.Code != ErrorCode.GroupIdNotFound) is not { } failed)
                return described;
            // A broker that has just started makes the topic of groups, or loads it.
            var isComing = failed.Error.Code is ErrorCode.GroupLoadInProgress or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup;
            if (!isComing || Stopwatch.GetElapsedTime(started) > Timeout)
                throw new KafkaException(failed.Error);
        }
    }

    /// <summary>What a group has committed, by its name on the cluster.</summary>
    public async Task<Dictionary<TopicPartition, long>> CommittedAsync(string group)
    {
        // Without partitions it is all that have one.
        var answer = await _admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group, null)], new() { RequestTimeout = Timeout });
        return answer[0].Partitions.Where(one => !one.Error.IsError && !one.Offset.IsSpecial).ToDictionary(one => one.TopicPartition, one => one.Offset.Value);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _admin.Dispose();
    }

    private static List<TopicPartition> AssignedTo(MemberDescription member) => member.Assignment?.TopicPartitions ?? [];

    // Members of the same program have the same client id.
    private static string NameOf(MemberDescription member) => member.GroupInstanceId is { Length: > 0 } name
        ? name : $"{member.ClientId}-{member.ConsumerId[^Math.Min(ShortId, member.ConsumerId.Length)..]}";
}
