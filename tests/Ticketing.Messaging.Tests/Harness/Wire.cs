using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests.Harness;

/// <summary>Writes and reads topics as a program in another language would.</summary>
public sealed class Wire(string bootstrapServers) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly IProducer<string?, byte[]?> _producer = new ProducerBuilder<string?, byte[]?>(new ProducerConfig
    {
        BootstrapServers = bootstrapServers,
        EnableIdempotence = true,
        LingerMs = 2,
        Partitioner = Partitioner.Murmur2Random,
    }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    /// <summary>An event of a key, as JSON.</summary>
    public static byte[] Event(string id, long version) => Bytes(new Noted(id, version));

    public static byte[] Bytes(IEvent @event) => @event.Type.Serialize(@event);

    /// <summary>Versions 1 to <paramref name="count"/> of each key, in turn.</summary>
    public static IEnumerable<(string Key, byte[]? Value)> Events(IReadOnlyCollection<string> ids, int count, int from = 1) =>
        Enumerable.Range(from, count).SelectMany(version => ids.Select(id => (id, (byte[]?)Event(id, version))));

    /// <summary>Sends records in order, and returns when the broker has them all.</summary>
    public async Task SendAsync(string topic, params IEnumerable<(string Key, byte[]? Value)> records)
    {
        var sent = new List<Task>();
        foreach (var (key, value) in records)
        {
            sent.Add(SendAsync(topic, key, value, null));
            if (sent.Count % 5000 == 0)
                await Task.WhenAll(sent);
        }
        await Task.WhenAll(sent);
    }

    /// <summary>Sends one record.</summary>
    public Task<DeliveryResult<string?, byte[]?>> SendAsync(
        string topic, string? key, byte[]? value, Headers? headers, DateTimeOffset? time = null) =>
        _producer.ProduceAsync(topic, new()
        {
            Key = key,
            Value = value,
            Headers = headers,
            Timestamp = time is { } at ? new Timestamp(at) : Timestamp.Default,
        });

    /// <summary>All that a topic holds now, each partition in order.</summary>
    public List<WireRecord> Read(string topic)
    {
        using var consumer = new ConsumerBuilder<string?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "reader-" + Guid.NewGuid(),
            EnableAutoCommit = false,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var left = admin.GetMetadata(topic, Timeout).Topics.Single().Partitions
            .Select(p => new TopicPartition(topic, p.PartitionId))
            .Select(p => (Partition: p, Ends: consumer.Ends(p)))
            .Where(p => p.Ends.High.Value > p.Ends.Low.Value).ToDictionary(p => p.Partition, p => p.Ends.High.Value);
        consumer.Assign(left.Keys.Select(p => new TopicPartitionOffset(p, Offset.Beginning)));
        var records = new List<WireRecord>();
        while (left.Count > 0)
        {
            var result = consumer.Consume(Timeout) ?? throw new TimeoutException($"{topic} has more that does not come.");
            // What came since is not asked for.
            if (!left.TryGetValue(result.TopicPartition, out var end))
                continue;
            records.Add(new(result));
            if (result.Offset.Value + 1 >= end)
                left.Remove(result.TopicPartition);
        }
        return records;
    }

    /// <summary>The records of the keys that begin with <paramref name="prefix"/>.</summary>
    public List<WireRecord> Read(string topic, string prefix) =>
        Read(topic).FindAll(record => record.Key?.StartsWith(prefix, StringComparison.Ordinal) == true);

    public void Dispose() => _producer.Dispose();
}

/// <summary>A record as another program would read it.</summary>
public sealed class WireRecord(ConsumeResult<string?, byte[]?> result)
{
    public string? Key => result.Message.Key;

    public byte[]? Value => result.Message.Value;

    /// <summary>When its producer sent it, or the broker got it.</summary>
    public DateTime SentAt => result.Message.Timestamp.UtcDateTime;

    public string Text => Encoding.UTF8.GetString(Value ?? []);

    public IEnumerable<(string Name, string? Value)> Headers => result.Message.Headers.Select(
        header => (header.Key, header.GetValueBytes() is { } bytes ? Encoding.UTF8.GetString(bytes) : null));

    /// <summary>The version of the event.</summary>
    public long Version => JsonSerializer.Deserialize<JsonElement>(Value).GetProperty("version").GetInt64();

    /// <summary>A header's text, null without it.</summary>
    public string? this[string header] =>
        result.Message.Headers.TryGetLastBytes(header, out var bytes) && bytes is not null ? Encoding.UTF8.GetString(bytes) : null;
}
