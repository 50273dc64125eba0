using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>A record of a dead-letter topic: a dead letter, or a note on one.</summary>
internal sealed class StoredRecord
{
    private readonly Message<byte[]?, Payload> _message;
    private readonly List<IHeader> _own;
    private readonly Dictionary<string, string> _ours = [];

    public StoredRecord(TopicPartitionOffset place, Message<byte[]?, Payload> message)
    {
        (Place, _message, _own) = (place, message, [.. message.Headers]);
        var kind = _own.Count > 0 ? _own[^1].Key : "";
        var isNote = kind is DeadLetterHeaders.Claimed or DeadLetterHeaders.Redriven or DeadLetterHeaders.Discarded;
        var ours = isNote ? 0 : _own.FindLastIndex(header => header.Key == DeadLetterHeaders.Topic);
        IsLetter = !isNote && ours >= 0;
        if (ours < 0)
            return;
        foreach (var header in _own[ours..])
            _ours[header.Key] = Text(header.GetValueBytes()) ?? "";
        _own.RemoveRange(ours, _own.Count - ours);
        if (isNote)
            Note = new(
                kind, _ours[kind], place.Offset, message.Timestamp.UtcDateTime, _ours.GetValueOrDefault(DeadLetterHeaders.By),
                (int)Number(DeadLetterHeaders.RedriveCount), _ours.GetValueOrDefault(DeadLetterHeaders.SentTo));
    }

    public TopicPartitionOffset Place { get; }

    public string Id => IdOf(Place);

    /// <summary>Whether the dead-letter queue wrote it. What anyone else writes to the topic is neither a dead letter nor a note.</summary>
    public bool IsLetter { get; }

    public DeadLetterNote? Note { get; }

    /// <summary>About what it takes to keep it.</summary>
    public int Bytes => (_message.Key?.Length ?? 0) + (_message.Value.Bytes?.Length ?? 0)
        + _message.Headers.Sum(header => header.Key.Length + (header.GetValueBytes()?.Length ?? 0));

    public static string IdOf(TopicPartitionOffset place) => $"{place.Topic}-{place.Partition.Value}-{place.Offset.Value}";

    public DeadLetter Describe(DeadLetterNotes notes)
    {
        var redrive = notes.On(Id) is { IsRedriven: true } done ? done : SentBefore(notes);
        var discard = notes.On(Id) is { IsDiscarded: true } end ? end : null;
        return new(
            Id,
            _ours[DeadLetterHeaders.Topic],
            (int)Number(DeadLetterHeaders.Partition),
            Number(DeadLetterHeaders.Offset),
            _ours.GetValueOrDefault(DeadLetterHeaders.Group, ""),
            Text(_message.Key),
            Text(_message.Value.Bytes),
            _ours.ContainsKey(DeadLetterHeaders.OmittedBytes) ? (int)Number(DeadLetterHeaders.OmittedBytes) : _message.Value.Size,
            _message.Value.Bytes is { } bytes && bytes.Length < _message.Value.Size,
            Own(notes).GroupBy(header => header.Key).ToDictionary(same => same.Key, same => Text(same.Last().GetValueBytes()) ?? ""),
            _ours.GetValueOrDefault(DeadLetterHeaders.Error, ""),
            (int)Number(DeadLetterHeaders.Attempts),
            redrive?.Redrives ?? 0,
            redrive?.By,
            redrive?.Time,
            discard?.By,
            discard?.Time,
            DateTimeOffset.TryParse(_ours.GetValueOrDefault(DeadLetterHeaders.Time), CultureInfo.InvariantCulture, out var time) ? time : null);
    }

    /// <summary>The record as its producer sent it, and who sends it back for which time.</summary>
    public Message<byte[]?, byte[]?> ToOrigin(DeadLetterNotes notes, int redrives, string by) => new()
    {
        Key = _message.Key,
        Value = _message.Value.Bytes,
        Headers = DeadLetterHeaders.Behind(Own(notes), (DeadLetterHeaders.RedriveCount, $"{redrives}"), (DeadLetterHeaders.RedrivenBy, by)),
    };

    // That it was sent back before, the notes must say, which a producer cannot write; and so must its headers, since the place may be one in
    // a topic that was lost and made again.
    private DeadLetterNote? SentBefore(DeadLetterNotes notes) => _own is [.., { Key: DeadLetterHeaders.RedriveCount }, { Key: DeadLetterHeaders.RedrivenBy }]
        ? notes.OnOneSentTo($"{Number(DeadLetterHeaders.Partition)}-{Number(DeadLetterHeaders.Offset)}")
        : null;

    private IEnumerable<IHeader> Own(DeadLetterNotes notes) => SentBefore(notes) is null ? _own : _own.SkipLast(2);

    private long Number(string name) => long.TryParse(_ours.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}

/// <summary>A value, or its beginning, and the size of all of it.</summary>
internal readonly record struct Payload(byte[]? Bytes, int? Size);
