using System.Text.Json;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Requests;

/// <summary>What a request may leave out, or say, or take back.</summary>
public sealed class OptionalTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Fact]
    public void What_is_missing_stays_and_null_clears()
    {
        var said = new TicketDetails { StartsAt = Some.Noon, Venue = "Town hall", LowStockAt = 3 };
        Assert.Equal(said, Read("{}").Of(said));
        Assert.Equal(new TicketDetails { Venue = "Pub" }, Read("""{"startsAt":null,"venue":"Pub","lowStockAt":null}""").Of(said));
        Assert.Equal(said with { Venue = null, LowStockAt = 0 }, Read("""{"venue":null,"lowStockAt":0}""").Of(said));
        Assert.Equal(Some.Noon, Read("""{"salesFrom":"2025-02-13T13:00+01:00"}""").Of(said).SalesFrom);
    }

    [Fact]
    public void A_limit_that_is_taken_back_is_the_usual_one_and_only_old_tickets_have_none()
    {
        Assert.Null(Read("{}").Of(default).MaxPerBuyer);
        Assert.Equal(3, Read("{}").Of(new() { MaxPerBuyer = 3 }).MaxPerBuyer);
        Assert.Equal(10, Read("""{"maxPerBuyer":null}""").Of(new() { MaxPerBuyer = 3 }).MaxPerBuyer);
        Assert.Equal(10_000, Read("""{"maxPerBuyer":10000}""").Of(default).MaxPerBuyer);
    }

    [Fact]
    public void A_refill_is_said_as_a_whole_and_keeps_what_was_released()
    {
        var said = new TicketDetails { Refill = new(1, 2, 30, Released: 4) };
        Assert.Equal(said, Read("{}").Of(said));
        Assert.Null(Read("""{"refill":null}""").Of(said).Refill);
        Assert.Equal(new(5, 6, 70, 4), Read("""{"refill":{"below":5,"amount":6,"upTo":70}}""").Of(said).Refill);
        Assert.Equal(new(0, 1, 1), Read("""{"refill":{"below":0,"amount":1,"upTo":1}}""").Of(default).Refill);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void A_limit_is_1_to_10_000(int limit) => Assert.Equal(["MaxPerBuyer"], Read($$"""{"maxPerBuyer":{{limit}}}""").Wrong);

    [Theory]
    [InlineData("2026-07-01T20:00:00Z", true)]
    [InlineData("2026-07-01T20:00:00.1234567+02:00", true)]
    [InlineData("2026-07-01T20:00-11:30", true)]
    [InlineData("2026-07-01T20:00:00", false)]
    [InlineData("2026-07-01T20:00:00+0200", false)]
    [InlineData("2026-07-01", false)]
    [InlineData("2026-02-30T20:00:00Z", false)]
    [InlineData("2026-07-01T24:30:00Z", false)]
    [InlineData("0001-01-01T00:00:00+02:00", false)]
    [InlineData("2026-07-01T20:00:00Z\\n", false)]
    [InlineData("tomorrow", false)]
    [InlineData("", false)]
    public void A_time_needs_an_offset(string time, bool holds) => Assert.Equal(holds ? [] : ["SalesUntil"], Read($$"""{"salesUntil":"{{time}}"}""").Wrong);

    [Fact]
    public void Everything_wrong_is_named_at_once() => Assert.Equal(
        ["LowStockAt", "SalesFrom", "StartsAt", "Venue"],
        Read("""{"startsAt":"1","salesFrom":"2","venue":" ","lowStockAt":-1}""").Wrong.Order());

    [Theory]
    [InlineData("venue", "5")]
    [InlineData("startsAt", "{}")]
    [InlineData("lowStockAt", "1.5")]
    [InlineData("lowStockAt", "3000000000")]
    [InlineData("lowStockAt", "\"many\"")]
    public void A_field_of_the_wrong_type_is_named(string field, string value) =>
        Assert.Equal($"$.{field}", Assert.Throws<JsonException>(() => Read($$"""{"{{field}}":{{value}}}""")).Path);

    private static (Func<TicketDetails, TicketDetails> Of, IEnumerable<string> Wrong) Read(string json)
    {
        var request = JsonSerializer.Deserialize<ChangeTicket>(json, Json)!;
        return (request.Change, Rules.BrokenBy(request).Keys);
    }
}
