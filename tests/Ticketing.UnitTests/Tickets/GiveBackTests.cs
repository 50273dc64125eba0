using Ticketing.Contracts;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

/// <summary>A paid order that gives some of its seats back.</summary>
public sealed class GiveBackTests
{
    [Fact]
    public void Seats_that_are_given_back_are_free_and_earn_nothing() => Given(Some.SoldTicket(seats: 3))
        .When(ticket => Ticket.Sell(ticket, Completed(4, cancelled: 1), Some.Noon)).Then(Some.Updated(4) with { Sold = 2 })
        .With(ticket => Assert.Equal((8, 20, new Seats(2, Some.Buyer, 10)), (ticket.Available, ticket.Revenue, ticket.Sales.ByOrder["o"])))
        .When(ticket => Ticket.Sell(ticket, Completed(5, cancelled: 2), Some.Noon)).Then(Some.Updated(5) with { Sold = 1 })
        .With(ticket => Assert.Equal((9, 10), (ticket.Available, ticket.Revenue)));

    [Fact]
    public void What_is_given_back_is_given_back_once_and_never_taken_again() => Given(Some.SoldTicket(seats: 3))
        .When(ticket => Ticket.Sell(ticket, Completed(5, cancelled: 2), Some.Noon)).Then(Some.Updated(4) with { Sold = 1 })
        .When(ticket => Ticket.Sell(ticket, Completed(5, cancelled: 2), Some.Noon)).ThenNothing()
        // Older ones that are read again.
        .When(ticket => Ticket.Sell(ticket, Completed(4, cancelled: 1), Some.Noon)).ThenNothing()
        .When(ticket => Ticket.Sell(ticket, Completed(3, cancelled: 0), Some.Noon)).ThenNothing()
        .When(ticket => Ticket.Reserve(ticket, Some.Created(3), Some.Noon)).ThenNothing();

    [Fact]
    public void Held_seats_of_which_some_are_given_back_already_are_sold_without_them() => Given(Some.HeldTicket(seats: 3))
        .When(ticket => Ticket.Sell(ticket, Completed(4, cancelled: 2), Some.Noon)).Then(Some.Updated(3) with { Sold = 1 })
        .With(ticket => Assert.Equal((0, 10, 9), (ticket.Held, ticket.Revenue, ticket.Available)))
        .When(ticket => Ticket.Sell(ticket, Completed(3, cancelled: 0), Some.Noon)).ThenNothing();

    [Fact]
    public void An_order_that_gives_all_seats_of_a_ticket_back_has_none_and_gets_none_again()
    {
        var (created, completed) = (Some.Of(Some.Created(), ("u", 1), ("t", 2)), Some.Of(Some.Is<OrderCompleted>(3), ("u", 1), ("t", 2)));
        var left = completed with { Version = 4, Lines = [completed.Lines![0], completed.Lines[1] with { Cancelled = 2 }] };
        var held = Ticket.Reserve(Some.Ticket(), created, Some.Noon).State!;
        foreach (var ticket in (Ticket[])[held, Ticket.Sell(held, completed, Some.Noon).State!])
        {
            Given(ticket)
                .When(ticket => Ticket.Sell(ticket, left, Some.Noon)).Then(Some.Updated(ticket.Version + 1))
                .With(ticket => Assert.Equal((0, 10, Some.Noon + Some.Hold), (ticket.Revenue, ticket.Available, ticket.Ended["o"])))
                .When(ticket => Ticket.Sell(ticket, left, Some.Noon)).ThenNothing()
                .When(ticket => Ticket.Sell(ticket, completed, Some.Noon)).ThenNothing()
                .When(ticket => Ticket.Reserve(ticket, created, Some.Noon)).ThenNothing()
                .When(ticket => Ticket.Release(ticket, Some.Of(Some.Is<OrderCancelled>(5), ("u", 1), ("t", 2)), Some.Noon)).ThenNothing();
        }
    }

    [Fact]
    public void Seats_that_are_given_back_can_be_had_by_others() => Given(Some.SoldTicket(quantity: 3, seats: 3))
        .When(ticket => Ticket.Sell(ticket, Completed(4, cancelled: 1), Some.Noon))
        .When(ticket => Ticket.Reserve(ticket, Some.Created(1) with { OrderId = "o2" }, Some.Noon))
        .With(ticket => Assert.Equal((1, 2, 0), (ticket.Held, ticket.Sold, ticket.Available)));

    [Fact]
    public void The_rest_is_released_when_the_order_ends() => Given(Some.SoldTicket(seats: 3))
        .When(ticket => Ticket.Sell(ticket, Completed(4, cancelled: 1), Some.Noon))
        .When(ticket => Ticket.Release(ticket, Some.Of(Some.Is<OrderCancelled>(5), ("t", 3)) with { Lines = [Some.Line(3) with { Cancelled = 1 }] }, Some.Noon))
        .Then(Some.Updated(5)).With(ticket => Assert.Equal((0, 10), (ticket.Revenue, ticket.Available)));

    [Fact]
    public void An_order_without_lines_keeps_its_seats() => Given(Some.SoldTicket())
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3) with { Lines = null }, Some.Noon)).ThenNothing();

    [Fact]
    public void Sold_seats_stay_as_they_are_until_some_are_given_back()
    {
        // As they were stored before Tickets kept the buyer and the price.
        Given(Some.Ticket() with { Sold = 3, Sales = Sales.None.Add("o", new(3)) })
            .When(ticket => Ticket.Sell(ticket, Completed(3, cancelled: 0), Some.Noon)).ThenNothing()
            .When(ticket => Ticket.Sell(ticket, Completed(4, cancelled: 1), Some.Noon)).Then(Some.Updated(2) with { Sold = 2 })
            .With(ticket => Assert.Equal(new(2, Some.Buyer), ticket.Sales.ByOrder["o"]));
    }

    private static OrderCompleted Completed(long version, int cancelled) =>
        Some.Of(Some.Is<OrderCompleted>(version), ("t", 3)) with { Refund = 10 * cancelled, Lines = [Some.Line(3) with { Cancelled = cancelled }] };
}
