using System.Text;
using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

/// <summary>How many seats of a ticket one buyer may have.</summary>
public sealed class LimitTests
{
    [Fact]
    public void A_buyer_gets_as_many_seats_as_the_limit_and_no_more() => Given(Limited(3))
        .When(ticket => Reserve(ticket, "o", seats: 4)).Then(Rejected("o", version: 1)).Unchanged()
        .When(ticket => Reserve(ticket, "o", seats: 3)).With(ticket => Assert.Equal(3, ticket.Held))
        .When(ticket => Reserve(ticket, "o2", seats: 1)).Then(Rejected("o2", version: 2)).Unchanged();

    [Fact]
    public void Held_and_sold_seats_count_together() => Given(Limited(3))
        .When(ticket => Reserve(ticket, "o", seats: 1))
        .When(ticket => Sell(ticket, "o", seats: 1))
        .When(ticket => Reserve(ticket, "o2", seats: 1))
        .When(ticket => Reserve(ticket, "o3", seats: 2)).Then(Rejected("o3", version: 4)).Unchanged()
        .When(ticket => Reserve(ticket, "o4", seats: 1)).With(ticket => Assert.Equal((2, 1), (ticket.Held, ticket.Sold)));

    [Fact]
    public void Sold_seats_count_when_they_were_read_from_a_store() => Given(Read(Sell(Reserve(Limited(3), "o", 2).State, "o", 2).State!))
        .When(ticket => Reserve(ticket, "o2", seats: 2)).Then(Rejected("o2", version: 3)).Unchanged()
        .When(ticket => Reserve(ticket, "o2", seats: 1)).With(ticket => Assert.Equal((1, 2), (ticket.Held, ticket.Sold)));

    [Fact]
    public void Another_buyer_has_a_limit_of_its_own() => Given(Limited(3))
        .When(ticket => Reserve(ticket, "o", seats: 3))
        .When(ticket => Reserve(ticket, "o2", seats: 3, buyer: "another"))
        .When(ticket => Sell(ticket, "o2", seats: 3, buyer: "another"))
        .When(ticket => Reserve(ticket, "o3", seats: 1, buyer: "another")).Then(Rejected("o3", version: 4)).Unchanged()
        .When(ticket => Reserve(ticket, "o4", seats: 3, buyer: "a third")).With(ticket => Assert.Equal((6, 3), (ticket.Held, ticket.Sold)));

    [Fact]
    public void Seats_that_are_released_count_no_more()
    {
        foreach (var isSold in (bool[])[false, true])
        {
            Given(Limited(3))
                .When(ticket => Reserve(ticket, "o", seats: 3))
                .When(ticket => isSold ? Sell(ticket, "o", seats: 3) : Decision<Ticket>.Nothing)
                .When(ticket => Ticket.Release(ticket, Of<OrderCancelled>("o", 3, Some.Buyer), Some.Noon))
                .When(ticket => Reserve(ticket, "o2", seats: 3)).With(ticket => Assert.Equal((3, 0), (ticket.Held, ticket.Sold)));
        }
    }

    [Fact]
    public void Sold_seats_that_are_given_back_count_no_more() => Given(Limited(3))
        .When(ticket => Reserve(ticket, "o", seats: 3))
        .When(ticket => Sell(ticket, "o", seats: 3))
        .When(ticket => Reserve(ticket, "o2", seats: 1)).Then(Rejected("o2", version: 3))
        .When(ticket => Ticket.Sell(ticket, Of<OrderCompleted>("o", 3, Some.Buyer) with { Lines = [Some.Line(3) with { Cancelled = 2 }] }, Some.Noon))
        .When(ticket => Reserve(ticket, "o2", seats: 3)).Then(Rejected("o2", version: 4))
        .When(ticket => Reserve(ticket, "o2", seats: 2)).With(ticket => Assert.Equal((2, 1), (ticket.Held, ticket.Sold)));

    [Fact]
    public void Seats_that_were_stored_without_their_buyer_do_not_count()
    {
        const string Old = """
            {"id":"t","title":"Front row","price":10,"currency":"USD","quantity":20,"userId":"seller","version":9,
            "details":{"maxPerBuyer":3},"held":2,"sold":4,"holds":{"held":2},"ended":{}}
            """;
        var ticket = Ticket.Documents.Parts!.With(JsonSerializer.Deserialize(Old, Ticket.Documents.Json)!, [Encoding.ASCII.GetBytes("=old*3 =older ")]);
        Given(ticket)
            .When(ticket => Reserve(ticket, "o", seats: 3)).With(ticket => Assert.Equal((5, 4), (ticket.Held, ticket.Sold)))
            // From here on, Tickets knows whose they are.
            .When(ticket => Sell(ticket, "held", seats: 2))
            .When(ticket => Reserve(ticket, "o2", seats: 1)).Then(Rejected("o2", version: 11)).Unchanged()
            .When(ticket => Sell(ticket, "held", seats: 2)).ThenNothing();
    }

    [Fact]
    public void A_ticket_without_a_limit_sells_all_its_seats_to_one_buyer() => Given(Limited(null))
        .When(ticket => Reserve(ticket, "o", seats: 15))
        .When(ticket => Sell(ticket, "o", seats: 15))
        .When(ticket => Reserve(ticket, "o2", seats: 5)).With(ticket => Assert.Equal(0, ticket.Available));

    [Fact]
    public void A_buyer_with_more_seats_than_a_lower_limit_keeps_them_and_gets_no_more() => Given(Limited(3))
        .When(ticket => Reserve(ticket, "o", seats: 3))
        .When(ticket => Limit(ticket, 1)).With(ticket => Assert.Equal((3, 1), (ticket.Held, ticket.Details.MaxPerBuyer)))
        .When(ticket => Reserve(ticket, "o2", seats: 1)).Then(Rejected("o2", version: 3)).Unchanged()
        .When(ticket => Sell(ticket, "o", seats: 3)).With(ticket => Assert.Equal((0, 3), (ticket.Held, ticket.Sold)))
        .When(ticket => Reserve(ticket, "o2", seats: 1)).Then(Rejected("o2", version: 4)).Unchanged()
        .When(ticket => Limit(ticket, 4))
        .When(ticket => Reserve(ticket, "o2", seats: 1)).With(ticket => Assert.Equal((1, 3), (ticket.Held, ticket.Sold)));

    [Fact]
    public void An_order_that_has_seats_is_not_rejected_when_it_is_read_again() => Given(Limited(3))
        .When(ticket => Reserve(ticket, "o", seats: 3))
        .When(ticket => Reserve(ticket, "o", seats: 3)).ThenNothing()
        .When(ticket => Sell(ticket, "o", seats: 3))
        .When(ticket => Reserve(ticket, "o", seats: 3)).ThenNothing();

    [Fact]
    public void Seats_of_an_orders_other_tickets_do_not_count() => Given(Limited(3))
        .When(ticket => Ticket.Reserve(ticket, Some.Of(Some.Created(), ("u", 9), ("t", 3)), Some.Noon))
        .With(ticket => Assert.Equal(3, ticket.Held));

    [Fact]
    public void An_order_for_more_than_its_limit_and_than_is_left_hears_of_the_limit() => Given(Limited(3) with { Quantity = 1 })
        .When(ticket => Reserve(ticket, "o", seats: 4)).Then(Rejected("o", version: 1));

    [Fact]
    public void Buyers_of_one_ticket_are_counted_as_if_each_were_alone()
    {
        var ticket = Limited(3);
        foreach (var step in Enumerable.Range(0, 60))
        {
            var buyer = $"buyer {step % 5}";
            ticket = Reserve(ticket, $"o{step}", seats: 1, buyer).State ?? ticket;
            if (step % 2 == 0)
                ticket = Sell(ticket, $"o{step}", seats: 1, buyer).State ?? ticket;
        }
        Assert.Equal(15, ticket.Held + ticket.Sold);
        Assert.Equal(
            [3, 3, 3, 3, 3],
            ticket.Holds.Values.Concat(ticket.Sales.ByOrder.Values).GroupBy(seats => seats.BuyerId).Select(buyer => buyer.Sum(seats => seats.Count)));
    }

    private static Ticket Limited(int? limit) => Ticket.List("t", Some.Seller, "Front row", 10, "USD", 20, new() { MaxPerBuyer = limit }).State!;

    private static Decision<Ticket> Limit(Ticket? ticket, int limit) =>
        Ticket.Change(ticket, Some.Seller, null, null, null, details => details with { MaxPerBuyer = limit });

    private static Decision<Ticket> Reserve(Ticket? ticket, string orderId, int seats, string buyer = Some.Buyer) =>
        Ticket.Reserve(ticket, Of<OrderCreated>(orderId, seats, buyer), Some.Noon);

    private static Decision<Ticket> Sell(Ticket? ticket, string orderId, int seats, string buyer = Some.Buyer) =>
        Ticket.Sell(ticket, Of<OrderCompleted>(orderId, seats, buyer), Some.Noon);

    private static T Of<T>(string orderId, int seats, string buyer)
        where T : OrderEvent, new() => Some.Of(Some.Is<T>(1), ("t", seats)) with { Id = orderId, OrderId = orderId, UserId = buyer };

    private static TicketRejected Rejected(string orderId, long version) => new() { Id = "t", OrderId = orderId, Reason = "limit_per_buyer", Version = version };

    /// <summary>As it comes out of a store.</summary>
    private static Ticket Read(Ticket ticket)
    {
        var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(ticket, Ticket.Documents.Json), Ticket.Documents.Json)!;
        return Ticket.Documents.Parts!.With(read, Ticket.Documents.Parts.Of(ticket));
    }
}
