using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace Ticketing.Scenarios.Kafka;

/// <summary>A record of a topic, read without the shop's own code.</summary>
public sealed record TopicRecord(
    string Topic, int Partition, string Key, JsonElement Value, IReadOnlyDictionary<string, string> Headers, DateTimeOffset PublishedAt)
{
    public string Type => Text("type");

    /// <summary>The order that this concerns; empty for one that concerns none.</summary>
    public string OrderId => Value.TryGetProperty("orderId", out var id) ? id.GetString()! : "";

    public long Version => Value.GetProperty("version").GetInt64();

    /// <summary>CloudEvents <c>id</c>: the same for an event that was published twice. Empty for what is not the shop's.</summary>
    public string CloudEventId => Headers.GetValueOrDefault("ce_id", "");

    public string Text(string field) => Value.GetProperty(field).GetString()!;

    public int Number(string field) => Value.GetProperty(field).GetInt32();

    internal static TopicRecord Of(ConsumeResult<byte[], byte[]> result) => new(
        result.Topic, result.Partition.Value, Encoding.UTF8.GetString(result.Message.Key ?? []),
        JsonSerializer.Deserialize<JsonElement>(result.Message.Value),
        result.Message.Headers.ToDictionary(header => header.Key, header => Encoding.UTF8.GetString(header.GetValueBytes())),
        DateTimeOffset.FromUnixTimeMilliseconds(result.Message.Timestamp.UnixTimestampMs));
}
