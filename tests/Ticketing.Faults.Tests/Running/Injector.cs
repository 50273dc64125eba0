using System.Text;
using Confluent.Kafka;
using Ticketing.Messaging;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Puts onto the topics what should not be there: records that nobody can read, and old events again, in any order.</summary>
internal sealed class Injector(Func<string> bootstrapServers)
{
    private const int MaxRead = 300;
    private const int MaxReplayed = 20;

    private static readonly string[] Poison = ["", "null", "[]", "{", "not JSON", """{"type":7}""", """{"id":"x"}"""];

    public async Task<bool> PoisonAsync(int choice)
    {
        using var producer = Open();
        var topic = WholeShop.Topics[choice % WholeShop.Topics.Count];
        return await SendAsync(producer, new(topic, choice % KafkaNames.Partitions), new()
        {
            Key = Encoding.UTF8.GetBytes($"poison-{choice}"),
            Value = Encoding.UTF8.GetBytes(Poison[choice % Poison.Length]),
        });
    }

    public async Task<bool> ReplayAsync(int choice)
    {
        using var producer = Open();
        var random = new Random(choice);
        var partition = new TopicPartition(WholeShop.Topics[choice % WholeShop.Topics.Count], random.Next(KafkaNames.Partitions));
        var old = (await Task.Run(() => Read(partition))).ToArray();
        random.Shuffle(old);
        var sent = false;
        foreach (var message in old.Take(MaxReplayed))
            sent |= await SendAsync(producer, partition, new() { Key = message.Key, Value = message.Value, Headers = message.Headers });
        return sent;
    }

    private IProducer<byte[]?, byte[]?> Open() => new ProducerBuilder<byte[]?, byte[]?>(
        new ProducerConfig { BootstrapServers = bootstrapServers(), EnableIdempotence = true, MessageTimeoutMs = 20_000 })
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private static async Task<bool> SendAsync(IProducer<byte[]?, byte[]?> producer, TopicPartition partition, Message<byte[]?, byte[]?> message)
    {
        try
        {
            await producer.ProduceAsync(partition, message);
            return true;
        }
        catch (KafkaException)
        {
            // The broker is away for long. Whether it came through does not matter: the checker asks the topic.
            return false;
        }
    }

    private List<Message<byte[]?, byte[]?>> Read(TopicPartition partition)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(
            new ConsumerConfig { BootstrapServers = bootstrapServers(), GroupId = "nobody", EnableAutoCommit = false, EnablePartitionEof = true })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(partition, Offset.Beginning));
        var messages = new List<Message<byte[]?, byte[]?>>();
        try
        {
            while (messages.Count < MaxRead && consumer.Consume(TimeSpan.FromSeconds(10)) is { IsPartitionEOF: false } record)
                messages.Add(record.Message);
        }
        catch (ConsumeException)
        {
            // The topic is deleted, and not there again.
        }
        return messages;
    }
}
