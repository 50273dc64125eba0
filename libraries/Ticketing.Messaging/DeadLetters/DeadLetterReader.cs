using Confluent.Kafka;

namespace Ticketing.Messaging.DeadLetters;

/// <summary>Reads dead-letter topics from their beginning to their end, outside of any group.</summary>
internal sealed class DeadLetterReader(KafkaSettings settings, IReadOnlyList<string> topics)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public IReadOnlyList<StoredDeadLetter> Read(CancellationToken cancellation)
    {
        var config = settings.Consumer("ticketing-dead-letters");
        config.EnableAutoCommit = false;
        config.EnablePartitionEof = true;
        config.ConsumeResultFields = "all";
        config.AllowAutoCreateTopics = false;
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var partitions = Partitions(consumer);
        consumer.Assign(partitions);
        var (letters, redriven) = (new List<StoredDeadLetter>(), new HashSet<string>());
        for (var ends = 0; ends < partitions.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            var record = consumer.Consume(Timeout) ?? throw new KafkaException(ErrorCode.Local_TimedOut);
            if (record.IsPartitionEOF)
                ends++;
            else if (new StoredDeadLetter(record) is { Redriven: { } id })
                redriven.Add(id);
            else
                letters.Add(new StoredDeadLetter(record));
        }
        consumer.Close();
        return [.. letters.Where(letter => !redriven.Contains(letter.Id))];
    }

    private List<TopicPartitionOffset> Partitions(IConsumer<byte[]?, byte[]?> consumer)
    {
        using var client = new DependentAdminClientBuilder(consumer.Handle).Build();
        return [.. client.GetMetadata(Timeout).Topics
            .Where(topic => topics.Contains(topic.Topic))
            .SelectMany(topic => topic.Partitions.Select(partition =>
                new TopicPartitionOffset(topic.Topic, partition.PartitionId, Offset.Beginning)))];
    }
}
