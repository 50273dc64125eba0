using Confluent.Kafka;
using Ticketing.Testing.Brokers;

namespace Ticketing.Scenarios.Kafka;

/// <summary>Reads topics from their beginnings. It never subscribes, so it is no member of its group and disturbs nothing.</summary>
internal sealed class TopicReader(string bootstrapServers, string group) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // The embedded broker answers a fetch when its time is up, so that is soon.
    private readonly IConsumer<byte[], byte[]> _consumer = new ConsumerBuilder<byte[], byte[]>(
        new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = group, EnableAutoCommit = false, FetchWaitMaxMs = 10 }).Build();

    public List<TopicPartition> Partitions(string topic)
    {
        using var admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        return admin.GetMetadata(topic, Timeout).Topics.Single().Partitions.ConvertAll(p => new TopicPartition(topic, p.PartitionId));
    }

    public List<TopicPartitionOffset> Committed(string topic) =>
        _consumer.Committed(Partitions(topic), Timeout).FindAll(partition => !partition.Offset.IsSpecial);

    public List<TopicRecord> ReadAll(string topic)
    {
        var ends = Partitions(topic).ToDictionary(partition => partition, partition => _consumer.Ends(partition));
        var left = ends.Where(end => end.Value.High > end.Value.Low).ToDictionary(end => end.Key, end => end.Value.High);
        var records = new List<TopicRecord>();
        _consumer.Assign(left.Select(end => new TopicPartitionOffset(end.Key, ends[end.Key].Low)));
        while (left.Count > 0)
        {
            var result = Consume($"{topic} does not give what it holds");
            // What came after the start is on its way for the next reader.
            if (!left.TryGetValue(result.TopicPartition, out var end))
                continue;
            records.Add(TopicRecord.Of(result));
            if (result.Offset == end - 1)
                left.Remove(result.TopicPartition);
        }
        return records;
    }

    public List<TopicRecord> Take(string topic, int count)
    {
        _consumer.Assign(Partitions(topic).ConvertAll(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        return [.. Enumerable.Range(1, count).Select(number => TopicRecord.Of(Consume($"record {number} of {count} does not come on {topic}")))];
    }

    public void Dispose() => _consumer.Dispose();

    private ConsumeResult<byte[], byte[]> Consume(string failure) => _consumer.Consume(Timeout) ?? throw new TimeoutException(failure);
}
