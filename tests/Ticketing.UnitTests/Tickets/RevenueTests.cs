using Ticketing.Contracts;
using Ticketing.Orders;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

/// <summary>What a seller has earned with a ticket.</summary>
public sealed class RevenueTests
{
    [Fact]
    public void Held_seats_earn_nothing_until_they_are_sold_once() => Given(Some.HeldTicket())
        .With(ticket => Assert.Equal(0, ticket.Revenue))
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3), Some.Noon))
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3), Some.Noon)).ThenNothing()
        .With(ticket => Assert.Equal(20, ticket.Revenue));

    [Fact]
    public void Each_sale_counts_with_its_own_price_and_is_taken_back_with_it() => Given(Some.SoldTicket())
        .When(ticket => Ticket.Change(ticket, Some.Seller, null, 12.5m, null))
        .When(ticket => Ticket.Reserve(ticket, Some.Created(1) with { OrderId = "o2", Lines = [Some.Line(1) with { UnitPrice = 12.5m }], Price = 12.5m }, Some.Noon))
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3) with { OrderId = "o2", Lines = [Some.Line(1) with { UnitPrice = 12.5m }], Price = 12.5m }, Some.Noon))
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
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(2) with { Lines = [Some.Line() with { UnitPrice = 0 }], Price = 0 }, Some.Noon))
        .With(ticket => Assert.Equal((2, 0), (ticket.Sold, ticket.Revenue)));

    [Fact]
    public void Seats_cost_what_they_were_sold_for_whatever_is_said_of_them_later()
    {
        var sold = Ticket.Change(Some.SoldTicket(seats: 3), Some.Seller, null, 12.5m, null).State;
        var dearer = Some.Line(3) with { UnitPrice = 99, Cancelled = 2 };
        Given(sold)
            .When(ticket => Ticket.Sell(ticket, Some.Of(Some.Is<OrderCompleted>(4), ("t", 3)) with { Lines = [dearer] }, Some.Noon))
            .With(ticket => Assert.Equal(10, ticket.Revenue))
            .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(5) with { Lines = [dearer] }, Some.Noon))
            .With(ticket => Assert.Equal(0, ticket.Revenue));
    }

    [Fact]
    public void An_order_whose_document_Orders_has_lost_takes_what_it_cost_with_it()
    {
        var unknown = Order.Revoked(null, new() { Id = "t", OrderId = "o", Version = 3 }).State!;
        Given(Some.SoldTicket())
            .When(ticket => Ticket.Release(ticket, Assert.IsType<OrderCancelled>(Assert.Single(unknown.Tell())), Some.Noon))
            .With(ticket => Assert.Equal((0, 0, 10), (ticket.Revenue, ticket.Sold, ticket.Available)));
    }

    [Fact]
    public void Sales_of_before_there_was_a_revenue_are_left_out() =>
        Given(Some.Ticket() with { Sold = 5, Sales = Sales.None.Add("o", new(3)).Add("o2", new(2)) })
            .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(4) with { OrderId = "o2" }, Some.Noon))
            .With(ticket => Assert.Equal((0, 3), (ticket.Revenue, ticket.Sold)))
            .When(ticket => Ticket.Sell(ticket, Some.Of(Some.Is<OrderCompleted>(4), ("t", 3)) with { Lines = [Some.Line(3) with { Cancelled = 1 }] }, Some.Noon))
            .With(ticket => Assert.Equal((0, 2), (ticket.Revenue, ticket.Sold)));

    [Fact]
    public void Only_its_seller_is_told()
    {
        var sold = Some.SoldTicket() with { Revenue = 20.50m };
        var own = OwnTicketResponse.Of(sold);
        Assert.Equal((0, 2, "20.5"), (own.Held, own.Sold, own.Revenue.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.DoesNotContain("revenue", System.Text.Json.JsonSerializer.Serialize(TicketResponse.Of(sold)), StringComparison.OrdinalIgnoreCase);
    }
}
