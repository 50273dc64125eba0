using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Ticketing.Contracts;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Tickets;

/// <summary>Seats are stored as text, in a ticket and beside it, and read back letter by letter.</summary>
public sealed class SeatsTests
{
    private const string Guid = "019aa5b2-7c1e-7d3a-8f60-0123456789ab";

    // Marks of the text, marks of JSON and percent-encoding, GUIDs in all spellings, anything.
    private static readonly Gen<string> Id = Gen.OneOf(
        Gen.Elements(
            "a@b$c*2 d", "=", "@", "$", "*", "*2", "!d4#", "!", "#", "%2A", "\"\\", "ü\u0001\U0001F3AB", "AZqlsnwefTqPYAEjRWeJqw", Guid, Guid.ToUpperInvariant(),
            Guid.Replace("-", "", StringComparison.Ordinal), $"{{{Guid}}}", ""),
        // What is no Unicode cannot be in a JSON text, so no id is.
        ArbMap.Default.GeneratorFor<UnicodeString>().Select(text => text.Get ?? "").Where(text => !text.Any(char.IsSurrogate)),
        ArbMap.Default.GeneratorFor<System.Guid>().Select(guid => guid.ToString()));

    private static readonly Gen<Seats> Any =
        from count in Gen.Choose(1, 10_000)
        from hasBuyer in Gen.Elements(true, false)
        from buyer in Id
        from hasPrice in Gen.Elements(true, false)
        from price in Gen.Choose(0, int.MaxValue)
        from decimals in Gen.Choose(0, 28)
        from isDisputed in Gen.Elements(true, false)
        from state in Gen.Elements(Enum.GetValues<DisputeState>())
        from version in Gen.Choose(1, int.MaxValue)
        from isBlocked in Gen.Elements(true, false)
        select new Seats(
            count, hasBuyer ? buyer : null, hasPrice ? new decimal(price, 0, 0, false, (byte)decimals) : null,
            isDisputed ? new(state, version, isBlocked) : null);

    private static readonly Arbitrary<(string OrderId, Seats Seats)[]> Sold = Arb.From(
        (from id in Id from seats in Any select (id, seats)).ArrayOf().Select(all => all.DistinctBy(one => one.id).ToArray()));

    [Theory]
    [InlineData(1, null, null, "")]
    [InlineData(12, null, null, "*12")]
    [InlineData(1, "buyer", null, "@=buyer")]
    [InlineData(2, Guid, "10", "*2@AZqlsnwefTqPYAEjRWeJqw$10")]
    [InlineData(1, null, "0", "$0")]
    [InlineData(3, "a@b$c*2 d", "12.50", "*3@=a%40b%24c%2A2%20d$12.50")]
    public void Seats_are_their_number_their_buyer_and_their_price(int count, string? buyer, string? price, string text)
    {
        var seats = new Seats(count, buyer, price is null ? null : decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(text, seats.ToString());
        Assert.Equal(seats, Read("=o", text));
    }

    [Fact]
    public void Whatever_is_sold_is_read_back_from_its_text() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Sold, sold =>
    {
        var sales = sold.Aggregate(Sales.None, (all, sale) => all.Add(sale.OrderId, sale.Seats));
        var parts = Ticket.Documents.Parts!.Of(Some.Ticket() with { Sales = sales });
        Assert.All(parts, part => Assert.All(part.ToArray(), letter => Assert.InRange(letter, (byte)' ', (byte)'~')));
        var read = Ticket.Documents.Parts.With(Some.Ticket(), [.. parts.Select(part => new ReadOnlyMemory<byte>(part.ToArray()))]).Sales;
        Assert.Equal(sold.Select(sale => KeyValuePair.Create(sale.OrderId, sale.Seats)).ToHashSet(), read.ByOrder.ToHashSet());
        foreach (var buyer in sold.Where(sale => sale.Seats.BuyerId is not null).GroupBy(sale => sale.Seats.BuyerId!))
            Assert.Equal(buyer.Sum(sale => sale.Seats.Count), read.OfBuyer(buyer.Key));
    }));

    [Fact]
    public void Whatever_is_held_is_read_back_from_its_JSON() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Sold, held =>
    {
        var ticket = Some.Ticket() with { Holds = Some.Ticket().Holds.AddRange(held.Select(hold => KeyValuePair.Create(hold.OrderId, hold.Seats))) };
        var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(ticket, Ticket.Documents.Json), Ticket.Documents.Json)!;
        Assert.Equal(ticket.Holds.ToHashSet(), read.Holds.ToHashSet());
    }));

    [Fact]
    public void Held_seats_are_a_number_until_more_is_known_of_them()
    {
        const string Old = """
            {"id":"t","title":"Front row","price":10,"currency":"USD","quantity":10,"userId":"seller","version":3,"held":2,"sold":0,"holds":{"a":2},"ended":{}}
            """;
        var read = JsonSerializer.Deserialize(Old, Ticket.Documents.Json)!;
        Assert.Equal(new(2), read.Holds["a"]);
        Assert.Equal(Old.Trim(), JsonSerializer.Serialize(read, Ticket.Documents.Json));
        Assert.Contains("\"holds\":{\"o\":\"*2@=buyer\"}", JsonSerializer.Serialize(Some.HeldTicket(), Ticket.Documents.Json), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"*2\"", 2)]
    [InlineData("\"\"", 1)]
    [InlineData("7", 7)]
    public void A_number_of_seats_is_read_in_either_form(string json, int count) => Assert.Equal(new Seats(count), JsonSerializer.Deserialize<Seats>(json));

    [Theory]
    [InlineData("*2$10@=buyer")]
    [InlineData("*2*3")]
    [InlineData("*")]
    [InlineData("$")]
    [InlineData("@")]
    [InlineData("@short")]
    [InlineData("*x")]
    [InlineData("$x")]
    public void What_is_no_seats_says_so(string text) => Assert.Throws<FormatException>(() => Read("=o", text));

    /// <summary>The seats of the only order of a text.</summary>
    private static Seats Read(string orderId, string seats) => Assert.Single(
        Ticket.Documents.Parts!.With(Some.Ticket(), [System.Text.Encoding.ASCII.GetBytes($"{orderId}{seats} ")]).Sales.ByOrder).Value;
}
