using System.Text;
using Confluent.Kafka;
using Ticketing.Testing.Brokers;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Reads whole topics and the groups' offsets. It never subscribes, so it is no member of a group and disturbs nothing.</summary>
internal sealed class LogReader(Func<string> bootstrapServers)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <param name="topics">Those to read; all of them if there is none.</param>
    public List<LogRecord> ReadAll(params IReadOnlyCollection<string> topics)
    {
        using var consumer = Open("nobody");
        var left = Partitions(consumer).Where(partition => topics.Count == 0 || topics.Contains(partition.Topic)).Select(partition => (Partition: partition, Ends: consumer.Ends(partition)))
            .Where(end => end.Ends.High.Value > end.Ends.Low.Value).ToDictionary(end => end.Partition, end => end.Ends.High.Value);
        consumer.Assign(left.Keys.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        var records = new List<LogRecord>();
        while (left.Count > 0)
        {
            var result = consumer.Consume(Timeout) ?? throw new TimeoutException($"{string.Join(", ", left)} do not come.");
            if (!left.TryGetValue(result.TopicPartition, out var end))
                continue;
            records.Add(Read(result));
            if (result.Offset.Value + 1 >= end)
                left.Remove(result.TopicPartition);
        }
        return records;
    }

    /// <summary>The topics that there are.</summary>
    public List<string> Topics()
    {
        using var consumer = Open("nobody");
        return [.. Partitions(consumer).Select(partition => partition.Topic).Distinct()];
    }

    public List<GroupPosition> ReadPositions() => [.. WholeShop.Groups.SelectMany(group =>
        {
            using var consumer = Open(group.Group);
            var partitions = Partitions(consumer).FindAll(partition => partition.Topic == group.Topic);
            // A topic that was deleted has none.
            return partitions.Count == 0 ? [] : consumer.Committed(partitions, Timeout).ConvertAll(committed =>
            {
                var ends = consumer.Ends(committed.TopicPartition);
                return new GroupPosition(
                    group.Group, group.Topic, committed.Partition.Value, committed.Offset.IsSpecial ? null : committed.Offset.Value,
                    ends.Low.Value, ends.High.Value);
            });
        })];

    private IConsumer<byte[]?, byte[]?> Open(string group) => new ConsumerBuilder<byte[]?, byte[]?>(
        new ConsumerConfig { BootstrapServers = bootstrapServers(), GroupId = group, EnableAutoCommit = false })
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private static List<TopicPartition> Partitions(IConsumer<byte[]?, byte[]?> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        return [.. admin.GetMetadata(Timeout).Topics.Where(topic => !topic.Topic.StartsWith("__", StringComparison.Ordinal))
            .SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId)))];
    }

    private static LogRecord Read(ConsumeResult<byte[]?, byte[]?> result) => new(
        result.Topic, result.Partition.Value, result.Offset.Value, Text(result.Message.Key), Text(result.Message.Value),
        result.Message.Headers.GroupBy(header => header.Key).ToDictionary(same => same.Key, same => Text(same.Last().GetValueBytes()) ?? ""));

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
