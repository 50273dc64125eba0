using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Ticketing.Contracts;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Tickets;

/// <summary>Paid seats are stored as text, in parts, and read back letter by letter.</summary>
public sealed class SalesTests
{
    private const string Order = "019aa5b2-7c1e-7d3a-8f60-0123456789ab";

    [Fact]
    public void An_order_is_22_letters_and_its_seats_if_they_are_not_one()
    {
        Assert.Empty(Of(Sales.None));
        Assert.Equal("AZqlsnwefTqPYAEjRWeJqw ", Text(Sales.None.Add(Order, new(1))));
        Assert.Equal("AZqlsnwefTqPYAEjRWeJqw*12 =my%20order%2A ", Text(Sales.None.Add(Order, new(12)).Add("my order*", new(1))));
    }

    [Fact]
    public void Texts_of_before_Tickets_kept_buyers_and_prices_are_read_and_added_to()
    {
        byte[] old = Encoding.ASCII.GetBytes("AZqlsnwefTqPYAEjRWeJqw*12 =my%20order%2A ");
        var sales = Ticket.Documents.Parts!.With(Some.Ticket(), [old]).Sales.Add("new", new(2, "buyer", 10));
        Assert.Equal(
            new Dictionary<string, Seats> { [Order] = new(12), ["my order*"] = new(1), ["new"] = new(2, "buyer", 10) }.ToImmutableDictionary(), sales.ByOrder);
        Assert.Equal("AZqlsnwefTqPYAEjRWeJqw*12 =my%20order%2A =new*2@=buyer$10 ", Text(sales));
        Assert.Equal("=my%20order%2A =new*2@=buyer$10 ", Text(sales.Remove(Order)));
    }

    [Fact]
    public void An_order_whose_id_is_within_anothers_or_a_buyers_is_removed_alone() => Assert.Equal(
        "=oo@=o =a@=o$1 ",
        Text(Sales.None.Add("oo", new(1, "o")).Add("o", new(1, "oo")).Add("a", new(1, "o", 1)).Remove("o").Remove("another")));

    [Fact]
    public void A_buyers_seats_are_counted_before_and_after_they_change()
    {
        var sales = Sales.None.Add("a", new(2, "buyer")).Add("b", new(3, "another")).Add("c", new(4));
        Assert.Equal((2, 3, 0), (sales.OfBuyer("buyer"), sales.OfBuyer("another"), sales.OfBuyer("nobody")));
        var next = sales.Add("d", new(5, "buyer", 10)).Remove("b").Remove("c");
        Assert.Equal((7, 0, 2), (next.OfBuyer("buyer"), next.OfBuyer("another"), sales.OfBuyer("buyer")));
        Assert.Equal(0, next.Remove("a").Remove("d").OfBuyer("buyer"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("o")]
    [InlineData("=a b*2 %20\"\\ü\u0001\U0001F3AB")]
    [InlineData("019AA5B2-7C1E-7D3A-8F60-0123456789AB")]
    [InlineData("019aa5b27c1e7d3a8f600123456789ab")]
    [InlineData("AZqlsnwefTqPYAEjRWeJqw")]
    [InlineData(Order)]
    public void Any_id_is_read_back_as_it_was(string orderId) =>
        Assert.Equal(KeyValuePair.Create(orderId, new Seats(3)), Assert.Single(Read(Sales.None.Add(orderId, new(3)))));

    [Fact]
    public void A_sale_changes_the_last_part_only_and_none_is_stored_within_the_ticket()
    {
        var (sales, parts) = (Sales.None, (IReadOnlyList<ReadOnlyMemory<byte>>)[]);
        for (var i = 0; i < 1000; i++)
        {
            sales = sales.Add(Guid.CreateVersion7().ToString(), new(1));
            var next = Of(sales);
            Assert.Equal(parts.SkipLast(1), next.Take(parts.Count - 1));
            Assert.InRange(next.Count - parts.Count, 0, 1);
            parts = next;
        }
        // Each fits into what a row of PostgreSQL keeps in place.
        Assert.All(parts.SkipLast(1), part => Assert.InRange(part.Length, 1750, 1800));
        Assert.Equal(23000, parts.Sum(part => part.Length));
        Assert.Equal(sales.ByOrder, Read(sales));
        Assert.Equal(Json(Some.Ticket()), Json(Some.Ticket() with { Sales = sales }));
    }

    [Fact]
    public void What_is_given_back_changes_its_own_part_only()
    {
        var sales = Enumerable.Range(0, 300).Aggregate(Sales.None, (all, i) => all.Add($"order-{i:D5}", new(1)));
        var (before, after) = (Of(sales), Of(sales.Remove("order-00100").Remove("order-00100")));

        Assert.Equal(before.Count, after.Count);
        Assert.Single(Enumerable.Range(0, before.Count), i => !before[i].Equals(after[i]));
        Assert.Equal(before.Count, Of(Enumerable.Range(0, 300).Aggregate(sales, (all, i) => all.Remove($"order-{i:D5}"))).Count);
    }

    [Fact]
    public void Whatever_is_sold_and_given_back_is_read_back_and_changes_nothing_else() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(ArbMap.Default.ArbFor<(byte, PositiveInt, bool)[]>(), Sell));

    [Fact]
    public void An_order_has_seats_once() => Assert.Throws<ArgumentException>(() => Sales.None.Add("o", new(1)).Add("o", new(2)));

    [Theory]
    [InlineData("short")]
    [InlineData("=o*x")]
    [InlineData("=o*9999999999")]
    [InlineData("*2")]
    [InlineData("=o =o*2")]
    public void What_is_no_sales_says_so(string text) =>
        Assert.Throws<FormatException>(() => Ticket.Documents.Parts!.With(Some.Ticket(), [Encoding.UTF8.GetBytes(text)]));

    [Fact]
    public void A_ticket_that_was_read_to_be_shown_is_neither_decided_on_nor_written()
    {
        var (sold, parts) = (Some.SoldTicket(), Ticket.Documents.Parts!);
        var held = Ticket.Reserve(sold, Some.Created() with { OrderId = "next" }, Some.Noon).State!;
        Ticket[] shown =
        [
            Ticket.Documents.View(new("t", 4, held, [])).State, parts.With(held, null),
            JsonSerializer.Deserialize(Json(held), Ticket.Documents.Json)!, parts.With(sold, null),
        ];
        foreach (var ticket in shown)
        {
            Throws(() => parts.Of(ticket));
            Throws(() => Ticket.Reserve(ticket, Some.Created(), Some.Noon));
            Throws(() => Ticket.Release(ticket, Some.Is<OrderCancelled>(4), Some.Noon));
            if (ticket.Held > 0)
                Throws(() => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3) with { OrderId = "next" }, Some.Noon));
            // What changes nothing of its sales can be decided, and not written.
            Throws(() => parts.Of(Ticket.Change(ticket, Some.Seller, "Back row", null, null).State!));
        }

        static void Throws(Func<object?> action) => Assert.Throws<InvalidOperationException>(action);
    }

    private static string Json(Ticket ticket) => JsonSerializer.Serialize(ticket, Ticket.Documents.Json);

    private static string Text(Sales sales) => string.Concat(Of(sales).Select(part => Encoding.UTF8.GetString(part.Span)));

    private static IReadOnlyList<ReadOnlyMemory<byte>> Of(Sales sales) =>
        Ticket.Documents.Parts!.Of(Some.Ticket() with { Sales = sales });

    /// <summary>As they come out of a store.</summary>
    private static ImmutableDictionary<string, Seats> Read(Sales sales)
    {
        var read = Ticket.Documents.Parts!.With(Some.Ticket(), [.. Of(sales).Select(part => new ReadOnlyMemory<byte>(part.ToArray()))]).Sales;
        // It goes on from there as from what was stored.
        Assert.Equal(Text(sales.Add("next", new(1))), Text(read.Add("next", new(1))));
        return read.ByOrder;
    }

    private static void Sell((byte Order, PositiveInt Seats, bool IsSale)[] steps)
    {
        var all = new List<(Sales Sales, ImmutableDictionary<string, Seats> Expected)> { (Sales.None, ImmutableDictionary<string, Seats>.Empty) };
        foreach (var (order, seats, isSale) in steps)
        {
            // On what the step before made, or on something older: a decision that met a conflict is made again.
            var (sales, expected) = all[order % 3 == 0 ? seats.Get % all.Count : ^1];
            var id = order % 2 == 0 ? $"{order}" : new Guid(order, 0, 0, new byte[8]).ToString();
            if (!isSale)
                all.Add((sales.Remove(id), expected.Remove(id)));
            else if (!expected.ContainsKey(id))
            {
                // Some of before buyers and prices were kept.
                var sold = seats.Get % 3 == 0 ? new Seats(seats.Get) : new(seats.Get, $"buyer {order % 4}", seats.Get / 4m);
                all.Add((sales.Add(id, sold), expected.Add(id, sold)));
            }
        }
        foreach (var (sales, expected) in all)
        {
            Assert.Equal(expected, sales.ByOrder);
            Assert.Equal(expected, Read(sales));
            foreach (var buyer in Enumerable.Range(0, 4).Select(i => $"buyer {i}"))
                Assert.Equal(expected.Values.Where(seats => seats.BuyerId == buyer).Sum(seats => seats.Count), sales.OfBuyer(buyer));
        }
    }
}
