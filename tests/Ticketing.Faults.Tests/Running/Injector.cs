using System.Text;
using Confluent.Kafka;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Puts onto the topics what should not be there: records that nobody can read, and old events again, in any order.</summary>
internal sealed class Injector(string bootstrapServers) : IDisposable
{
    private const int MaxRead = 300;
    private const int MaxReplayed = 20;

    private static readonly string[] Poison = ["", "null", "[]", "{", "not JSON", """{"type":7}""", """{"id":"x"}"""];

    private readonly IProducer<byte[]?, byte[]?> _producer = new ProducerBuilder<byte[]?, byte[]?>(
        new ProducerConfig { BootstrapServers = bootstrapServers, EnableIdempotence = true, MessageTimeoutMs = 20_000 })
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    public Task<bool> PoisonAsync(int choice)
    {
        var topic = Topics.All[choice % Topics.All.Count];
        return SendAsync(new(topic, choice % KafkaNames.Partitions), new()
        {
            Key = Encoding.UTF8.GetBytes($"poison-{choice}"),
            Value = Encoding.UTF8.GetBytes(Poison[choice % Poison.Length]),
        });
    }

    public async Task<bool> ReplayAsync(int choice)
    {
        var random = new Random(choice);
        var partition = new TopicPartition(Topics.All[choice % Topics.All.Count], random.Next(KafkaNames.Partitions));
        var old = (await Task.Run(() => Read(partition))).ToArray();
        random.Shuffle(old);
        var sent = false;
        foreach (var message in old.Take(MaxReplayed))
            sent |= await SendAsync(partition, new() { Key = message.Key, Value = message.Value, Headers = message.Headers });
        return sent;
    }

    public void Dispose() => _producer.Dispose();

    private async Task<bool> SendAsync(TopicPartition partition, Message<byte[]?, byte[]?> message)
    {
        try
        {
            await _producer.ProduceAsync(partition, message);
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
            new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = "nobody", EnableAutoCommit = false, EnablePartitionEof = true })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(partition, Offset.Beginning));
        var messages = new List<Message<byte[]?, byte[]?>>();
        while (messages.Count < MaxRead && consumer.Consume(TimeSpan.FromSeconds(10)) is { IsPartitionEOF: false } record)
            messages.Add(record.Message);
        return messages;
    }
}
