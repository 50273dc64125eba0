using System.Text.Json;
using Confluent.Kafka;
using Ticketing.Testing;

namespace Ticketing.Scenarios.Kafka;

/// <summary>The shop's topics for a plain Kafka client. Its calls block, so each is made on another thread.</summary>
public sealed class ShopTopics(string bootstrapServers)
{
    /// <summary>Everything that is on a topic now, partition by partition.</summary>
    public Task<List<TopicRecord>> ReadAsync(string topic) => UseAsync(reader => reader.ReadAll(topic));

    /// <summary>Waits until so many records are on a topic.</summary>
    public Task<List<TopicRecord>> TakeAsync(string topic, int count) => UseAsync(reader => reader.Take(topic, count));

    /// <summary>Waits for a record that is on a topic or will be.</summary>
    public async Task<TopicRecord> WaitForAsync(string topic, Func<TopicRecord, bool> sought)
    {
        var found = (TopicRecord?)null;
        await Eventually.IsAsync(
            async () => (found = (await ReadAsync(topic)).Find(record => sought(record))) is not null, () => $"not on {topic}");
        return found!;
    }

    /// <summary>How many partitions a topic has.</summary>
    public Task<int> PartitionsAsync(string topic) => UseAsync(reader => reader.Partitions(topic).Count);

    /// <summary>The offsets that a group has committed on a topic.</summary>
    public Task<List<TopicPartitionOffset>> CommittedAsync(string group, string topic) => UseAsync(reader => reader.Committed(topic), group);

    /// <summary>Produces hand-written records as <c>kcat</c> would: without headers, on the client's choice of partition.</summary>
    public async Task ProduceAsync(string topic, params IEnumerable<(string Key, object Value)> records)
    {
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = bootstrapServers }).Build();
        await Task.WhenAll(records.Select(record => producer.ProduceAsync(
            topic, new() { Key = record.Key, Value = JsonSerializer.SerializeToUtf8Bytes(record.Value) })));
    }

    private Task<T> UseAsync<T>(Func<TopicReader, T> use, string group = "nobody") => Task.Run(() =>
    {
        using var reader = new TopicReader(bootstrapServers, group);
        return use(reader);
    });
}
