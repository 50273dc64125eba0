using System.Text;
using Ticketing.Activities;
using Ticketing.ActivityLog;
using Ticketing.Contracts;

namespace Ticketing.UnitTests.ActivityTests;

/// <summary>What becomes of the records of anyone.</summary>
public sealed class EntryReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);

    private static readonly ActionRecord Action = new()
    {
        ServiceName = "order-service",
        Action = "new-order",
        At = Now.AddSeconds(-1),
        Actor = "u",
        Subject = "o",
        Event = "order.created",
        TraceId = new('a', 32),
    };

    private static readonly LogRecord Log = new()
    {
        Message = "m",
        Timestamp = Now.AddTicks(-5),
        Service = "orders",
        Level = "error",
        Category = "c",
        TraceId = new('b', 32),
        SpanId = new('c', 16),
        Exception = "e",
        Properties = new Dictionary<string, string?> { ["a"] = "1", ["b"] = null },
    };

    [Fact]
    public void An_action_is_known_by_its_event()
    {
        var entry = Read(Topics.Activity, Action.Serialize(), ("ce_id", "orders/o/1.0"));
        Assert.Equivalent(new ActivityEntry
        {
            Id = "orders/o/1.0",
            At = Now.AddSeconds(-1),
            Kind = ActivityKind.Action,
            Service = "order-service",
            Action = "new-order",
            Actor = "u",
            Subject = "o",
            Event = "order.created",
            TraceId = new('a', 32),
        }, entry, strict: true);
        // Told again, from somewhere else.
        Assert.Equal(entry.Id, EntryReader.Read(new(Topics.Activity, 9, Now.AddHours(1), Action.Serialize(), ("ce_id", "orders/o/1.0")), MaxAge, Now.AddHours(1)).Id);
        Assert.Equal($"activity/0/7/{Now.ToUnixTimeMilliseconds()}", Read(Topics.Activity, Action.Serialize()).Id);
    }

    [Fact]
    public void A_log_record_is_known_by_its_place_in_its_log()
    {
        var entry = Read(Topics.Logs, Log.Serialize(), ("ce_id", "x"));
        Assert.Equivalent(new ActivityEntry
        {
            Id = $"logs/0/7/{Now.ToUnixTimeMilliseconds()}",
            At = Now.AddTicks(-10),
            Kind = ActivityKind.Log,
            Service = "orders",
            Level = ActivityLevel.Error,
            Message = "m",
            Category = "c",
            TraceId = new('b', 32),
            SpanId = new('c', 16),
            Exception = "e",
            Properties = new Dictionary<string, string> { ["a"] = "1", ["b"] = "" },
        }, entry, strict: true);
    }

    [Theory]
    [InlineData(Topics.Logs, null)]
    [InlineData(Topics.Logs, "")]
    [InlineData(Topics.Logs, "null")]
    [InlineData(Topics.Logs, "plain text <script>")]
    [InlineData(Topics.Logs, "[1]")]
    [InlineData(Topics.Logs, """{"message":"m"}""")]
    [InlineData(Topics.Logs, """{"message":7,"timestamp":"2026-11-30T12:00:00Z","service":"s","level":"error"}""")]
    [InlineData(Topics.Logs, """{"message":"m","timestamp":"2026-11-30T12:00:00Z","service":"s","level":"fatal"}""")]
    [InlineData(Topics.Logs, """{"message":"m","timestamp":"2026-11-30T12:00:00Z","service":"","level":"error"}""")]
    [InlineData(Topics.Logs, """{"message":"m","timestamp":"yesterday","service":"s","level":"error"}""")]
    [InlineData(Topics.Logs, """{"message":"\ud800","timestamp":"2026-11-30T12:00:00Z","service":"s","level":"error"}""")]
    [InlineData(Topics.Activity, """{"type":"other","serviceName":"s","action":"a","at":"2026-11-30T12:00:00Z","subject":"x","event":"e"}""")]
    [InlineData(Topics.Activity, """{"type":"action","serviceName":"s","action":"","at":"2026-11-30T12:00:00Z","subject":"x","event":"e"}""")]
    public void What_is_neither_is_kept_as_it_is(string topic, string? text)
    {
        var entry = Read(topic, text is null ? null : Encoding.UTF8.GetBytes(text), ("ce_id", "x"));
        Assert.Equivalent(new ActivityEntry
        {
            Id = $"{topic}/0/7/{Now.ToUnixTimeMilliseconds()}",
            At = Now,
            Kind = topic == Topics.Activity ? ActivityKind.Action : ActivityKind.Log,
            Message = text ?? "",
            IsRaw = true,
        }, entry, strict: true);
    }

    [Fact]
    public void Nothing_is_too_long_or_no_text()
    {
        Assert.Equal("a\ufffdb", Read(Topics.Logs, [(byte)'a', 0xff, (byte)'b']).Message);
        Assert.Equal(8000, Read(Topics.Logs, Encoding.UTF8.GetBytes(new string('x', 1_000_000))).Message!.Length);
        // Not between the two halves of a character.
        Assert.Equal(7999, Read(Topics.Logs, (Log with { Message = new string('x', 7999) + "𝄞" }).Serialize()).Message!.Length);
        var entry = Read(Topics.Logs, (Log with
        {
            Message = new('x', 9000),
            Exception = new('x', 20_000),
            Service = new('s', 300),
            Category = "a\r\nb",
            Properties = Enumerable.Range(0, 60).ToDictionary(i => $"{new string('n', 198)}{i:00}{i}", _ => (string?)new string('v', 2000)),
        }).Serialize());
        Assert.Equal((8000, 16_000, 200, "a\ufffd\ufffdb"), (entry.Message!.Length, entry.Exception!.Length, entry.Service!.Length, entry.Category));
        Assert.Equal(50, entry.Properties!.Count);
        Assert.All(entry.Properties, property => Assert.Equal((200, 1000), (property.Key.Length, property.Value.Length)));
        var id = Read(Topics.Activity, Action.Serialize(), ("ce_id", $"a\0{new string('i', 300)}")).Id;
        Assert.Equal((200, "a\ufffdi"), (id.Length, id[..3]));
    }

    [Theory]
    [InlineData(-1, -1)]
    [InlineData(30, 30)]
    [InlineData(61, 0)]
    [InlineData(-3600 * 24 * 7 + 1, -3600 * 24 * 7 + 1)]
    [InlineData(-3600 * 24 * 8, 0)]
    public void A_time_that_cannot_be_is_that_of_the_record(int said, int expected) =>
        Assert.Equal(Now.AddSeconds(expected), Read(Topics.Logs, (Log with { Timestamp = Now.AddSeconds(said) }).Serialize()).At);

    [Fact]
    public void A_record_from_the_future_is_from_now() =>
        Assert.Equal(Now, EntryReader.Read(new(Topics.Logs, 7, Now.AddYears(1), null), MaxAge, Now).At);

    private static ActivityEntry Read(string topic, byte[]? value, params (string, string)[] headers) => EntryReader.Read(new(topic, 7, Now, value, headers), MaxAge, Now);
}
