using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Ticketing.Contracts;
using Ticketing.Logging;

namespace Ticketing.UnitTests.Logging;

/// <summary>What is logged, as the record that Activity reads.</summary>
public sealed class LogTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 13, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_record_says_who_logged_what_and_in_which_trace()
    {
        using var span = new Activity("span").SetIdFormat(ActivityIdFormat.W3C).Start();

        var record = LogRecord.Deserialize(Record(
            [new("Amount", 1.5m), new("None", null), new("{OriginalFormat}", "Paid {Amount}")], new InvalidOperationException("broken"), "Paid 1.5"));

        Assert.Equal(("Paid 1.5", Now, "orders", "warning", "Shop.Orders"), (record.Message, record.Timestamp, record.Service, record.Level, record.Category));
        Assert.Equal((span.TraceId.ToHexString(), span.SpanId.ToHexString()), (record.TraceId, record.SpanId));
        Assert.Equal("System.InvalidOperationException: broken", record.Exception);
        Assert.Equal(new Dictionary<string, string?> { ["Amount"] = "1.5", ["None"] = null }, record.Properties);
    }

    [Fact]
    public void What_is_not_there_is_left_out()
    {
        Activity.Current = null;

        Assert.Equal(
            """{"message":"Ready","timestamp":"2026-02-13T12:00:00Z","service":"orders","level":"warning","category":"Shop.Orders"}""",
            Encoding.UTF8.GetString(Record([new("{OriginalFormat}", "Ready")], null, "Ready")));
    }

    [Fact]
    public void However_much_is_logged_a_record_stays_within_its_bound()
    {
        var endless = new string('\u0001', 100_000);

        var record = Record(
            [.. Enumerable.Range(0, 200).Select(i => new KeyValuePair<string, object?>($"{i}{endless}", endless))], new InvalidOperationException(endless), endless);

        Assert.InRange(record.Length, LogText.MaxRecord / 2, LogText.MaxRecord);
        Assert.NotEmpty(LogRecord.Deserialize(record).Message);
    }

    private static byte[] Record(IReadOnlyList<KeyValuePair<string, object?>> state, Exception? exception, string message) =>
        LogText.Record("orders", "Shop.Orders", LogLevel.Warning, Now, state, exception, (_, _) => message);
}
