using Ticketing.Contracts;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

/// <summary>What a seller has earned with a ticket.</summary>
public sealed class RevenueTests
{
    [Fact]
    public void Held_seats_earn_nothing_until_they_are_sold_once() => Given(Some.HeldTicket())
        .With(ticket => Assert.Equal(0, ticket.Revenue))
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3)))
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3))).ThenNothing()
        .With(ticket => Assert.Equal(20, ticket.Revenue));

    [Fact]
    public void Each_sale_counts_with_its_own_price_and_is_taken_back_with_it() => Given(Some.SoldTicket())
        .When(ticket => Ticket.Change(ticket, Some.Seller, null, 12.5m, null, null))
        .When(ticket => Ticket.Reserve(ticket, Some.Created(1) with { OrderId = "o2", Lines = [Some.Line(1) with { UnitPrice = 12.5m }], Price = 12.5m }, Some.Noon))
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3) with { OrderId = "o2", Lines = [Some.Line(1) with { UnitPrice = 12.5m }], Price = 12.5m }))
        .With(ticket => Assert.Equal(32.5m, ticket.Revenue))
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(4), Some.Noon))
        .With(ticket => Assert.Equal(12.5m, ticket.Revenue))
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(4), Some.Noon)).ThenNothing();

    [Fact]
    public void Held_seats_that_are_given_up_cost_nothing() => Given(Some.HeldTicket())
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(3), Some.Noon))
        .With(ticket => Assert.Equal(0, ticket.Revenue));

    [Fact]
    public void Free_seats_are_reserved_and_sold_for_nothing() => Given(Ticket.List("t", Some.Seller, "Front row", 0, "USD", 10).State)
        .When(ticket => Ticket.Reserve(ticket, Some.Created() with { Lines = [Some.Line() with { UnitPrice = 0 }], Price = 0 }, Some.Noon))
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(2) with { Lines = [Some.Line() with { UnitPrice = 0 }], Price = 0 }))
        .With(ticket => Assert.Equal((2, 0), (ticket.Sold, ticket.Revenue)));

    [Fact]
    public void Only_its_seller_is_told()
    {
        var sold = Some.SoldTicket() with { Revenue = 20.50m };
        var own = OwnTicketResponse.Of(sold);
        Assert.Equal((0, 2, "20.5"), (own.Held, own.Sold, own.Revenue.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.DoesNotContain("revenue", System.Text.Json.JsonSerializer.Serialize(TicketResponse.Of(sold)), StringComparison.OrdinalIgnoreCase);
    }
}
