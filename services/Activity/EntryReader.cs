using System.Text;
using Ticketing.ActivityLog;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Activities;

/// <summary>
/// Makes entries of records. Anyone may write to the topics, so nothing is refused: what is not an action or a log record is kept as it is, and says so.
/// </summary>
public static class EntryReader
{
    private const int MaxName = 200;
    private const int MaxText = 8000;
    private const int MaxException = 16_000;
    private const int MaxProperties = 50;
    private const int MaxProperty = 1000;

    // Clocks may differ as much.
    private static readonly TimeSpan Future = TimeSpan.FromMinutes(1);

    /// <summary>The entry of a record: the same each time.</summary>
    /// <param name="record">The record.</param>
    /// <param name="maxAge">What says to be older than this when it is sent has a wrong time.</param>
    /// <param name="now">The time.</param>
    public static ActivityEntry Read(RawRecord record, TimeSpan maxAge, DateTimeOffset now)
    {
        var sent = record.Time > now + Future ? now : record.Time;
        try
        {
            return record.Topic == Topics.Activity ? Action(record) : Log(record);
        }
        // Not JSON, a field missing, or of another type.
        catch (Exception)
        {
            return new()
            {
                Id = Place(record),
                At = Microseconds.Truncate(sent),
                Kind = record.Topic == Topics.Activity ? ActivityKind.Action : ActivityKind.Log,
                Message = Cut(Encoding.UTF8.GetString(record.Value.AsSpan(0, Math.Min(record.Value?.Length ?? 0, 4 * MaxText))), MaxText),
                IsRaw = true,
            };
        }

        ActivityEntry Action(RawRecord record)
        {
            var action = ActionRecord.Deserialize(record.Value);
            Require(action.Type == ActionRecord.TypeName);
            return new()
            {
                Id = Name(record.Header("ce_id")) ?? Place(record),
                At = Time(action.At),
                Kind = ActivityKind.Action,
                Service = Required(action.ServiceName),
                Action = Required(action.Action),
                Subject = Required(action.Subject),
                Event = Required(action.Event),
                Actor = Name(action.Actor),
                TraceId = Name(action.TraceId),
            };
        }

        ActivityEntry Log(RawRecord record)
        {
            var log = LogRecord.Deserialize(record.Value);
            return new()
            {
                Id = Place(record),
                At = Time(log.Timestamp),
                Kind = ActivityKind.Log,
                Service = Required(log.Service),
                Level = Levels.Read(log.Level) ?? throw new FormatException($"'{log.Level}' is no level."),
                Message = Cut(log.Message, MaxText),
                Category = Name(log.Category),
                TraceId = Name(log.TraceId),
                SpanId = Name(log.SpanId),
                Exception = log.Exception is { } exception ? Cut(exception, MaxException) : null,
                Properties = log.Properties?.Take(MaxProperties).GroupBy(property => Name(property.Key) ?? "", property => Cut(property.Value ?? "", MaxProperty))
                    .ToDictionary(same => same.Key, same => same.First()),
            };
        }

        // A time in the future, or of long ago, is a wrong one.
        DateTimeOffset Time(DateTimeOffset said) => Microseconds.Truncate(said > sent + Future || said < sent - maxAge ? sent : said);
    }

    // With the time, because a topic that is made again begins with the same offsets.
    private static string Place(RawRecord record) => $"{record.Topic}/{record.Partition}/{record.Offset}/{record.Time.ToUnixTimeMilliseconds()}";

    private static void Require(bool isRight)
    {
        if (!isRight)
            throw new FormatException();
    }

    private static string Required(string? name)
    {
        Require(!string.IsNullOrEmpty(name));
        return Name(name)!;
    }

    /// <summary>On one line, and not long; null if it is empty.</summary>
    private static string? Name(string? text) =>
        string.IsNullOrEmpty(text) ? null : string.Concat(Cut(text, MaxName).EnumerateRunes().Select(rune => Rune.IsControl(rune) ? Rune.ReplacementChar : rune));

    private static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
