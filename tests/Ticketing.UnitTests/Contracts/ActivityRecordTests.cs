using System.Text;
using System.Text.Json;
using Ticketing.Contracts;

namespace Ticketing.UnitTests.Contracts;

/// <summary>The wire format of the topics <c>activity</c> and <c>logs</c>, to which programs in other languages write, too.</summary>
public sealed class ActivityRecordTests
{
    private const string Action = """{"type":"action","serviceName":"order-service","action":"new-order","at":"2026-02-13T12:00:00Z","actor":"u1","subject":"o1","event":"order.created","traceId":"0af7651916cd43dd8448eb211c80319c"}""";

    private const string Log = """{"message":"Paid 7","timestamp":"2026-02-13T12:00:00.5Z","service":"orders","level":"warning","category":"Shop","traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","exception":"E","properties":{"Amount":"7","None":null}}""";

    [Theory]
    [InlineData(Action)]
    [InlineData("""{"type":"action","serviceName":"order-service","action":"new-order","at":"2026-02-13T12:00:00Z","subject":"o1","event":"order.created"}""")]
    public void An_action_is_written_as_it_was_read(string json) =>
        Assert.Equal(json, Encoding.UTF8.GetString(ActionRecord.Deserialize(Encoding.UTF8.GetBytes(json)).Serialize()));

    [Theory]
    [InlineData(Log)]
    [InlineData("""{"message":"","timestamp":"2026-02-13T12:00:00Z","service":"orders","level":"information"}""")]
    public void A_log_record_is_written_as_it_was_read(string json) =>
        Assert.Equal(json, Encoding.UTF8.GetString(LogRecord.Deserialize(Encoding.UTF8.GetBytes(json)).Serialize()));

    [Theory]
    [InlineData("""{"message":"m"}""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"message":null,"timestamp":"2026-02-13T12:00:00Z","service":"orders","level":"information"}""")]
    public void What_is_no_log_record_is_a_JsonException(string json) =>
        Assert.ThrowsAny<JsonException>(() => LogRecord.Deserialize(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"type":"action","serviceName":"order-service"}""")]
    [InlineData("null")]
    public void What_is_no_action_is_a_JsonException(string json) =>
        Assert.ThrowsAny<JsonException>(() => ActionRecord.Deserialize(Encoding.UTF8.GetBytes(json)));
}
