using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Ticketing.Messaging.DeadLetters;

/// <summary>A dead letter as it lies in its topic.</summary>
internal sealed class StoredDeadLetter(ConsumeResult<byte[]?, byte[]?> record)
{
    public string DeadTopic => record.Topic;

    public string Id => $"{record.Topic}-{record.Partition.Value}-{record.Offset.Value}";

    /// <summary>Which dead letter this record says was sent back; null for a dead letter itself.</summary>
    public string? Redriven => Header(DeadLetterHeaders.Redriven);

    public DeadLetter Describe() => new(
        Id,
        Header(DeadLetterHeaders.Topic) ?? "",
        Number(DeadLetterHeaders.Partition),
        long.TryParse(Header(DeadLetterHeaders.Offset), CultureInfo.InvariantCulture, out var offset) ? offset : -1,
        Header(DeadLetterHeaders.Group) ?? "",
        Text(record.Message.Key),
        Text(record.Message.Value),
        Own().GroupBy(header => header.Key).ToDictionary(same => same.Key, same => Text(same.Last().GetValueBytes()) ?? ""),
        Header(DeadLetterHeaders.Error) ?? "",
        Number(DeadLetterHeaders.Attempts),
        Number(DeadLetterHeaders.RedriveCount),
        DateTimeOffset.TryParse(Header(DeadLetterHeaders.Time), CultureInfo.InvariantCulture, out var time) ? time : null);

    /// <summary>The record as it was, with the number of times that it was sent back.</summary>
    public Message<byte[]?, byte[]?> ToOrigin(int redrives)
    {
        var headers = new Headers();
        foreach (var header in Own().Where(header => header.Key != DeadLetterHeaders.RedriveCount))
            headers.Add(header.Key, header.GetValueBytes());
        headers.Add(DeadLetterHeaders.RedriveCount, Encoding.UTF8.GetBytes(redrives.ToString(CultureInfo.InvariantCulture)));
        return new() { Key = record.Message.Key, Value = record.Message.Value, Headers = headers };
    }

    private IEnumerable<IHeader> Own() =>
        record.Message.Headers.Where(header => !header.Key.StartsWith(DeadLetterHeaders.Prefix, StringComparison.Ordinal));

    private string? Header(string name) => record.Message.Headers.TryGetLastBytes(name, out var bytes) ? Text(bytes) : null;

    private int Number(string name) => int.TryParse(Header(name), CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
