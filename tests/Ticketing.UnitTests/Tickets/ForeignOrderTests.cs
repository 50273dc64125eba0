using Ticketing.Contracts;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

/// <summary>Orders whose ticket or seats are not there, or no longer.</summary>
public sealed class ForeignOrderTests
{
    [Fact]
    public void Events_of_orders_for_a_ticket_that_is_not_there_change_nothing() => GivenNo<Ticket>()
        .When(ticket => Ticket.Reserve(ticket, Some.Created(), Some.Noon)).ThenNothing()
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3), Some.Noon)).ThenNothing()
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(2), Some.Noon)).ThenNothing();

    [Fact]
    public void The_end_of_an_order_without_seats_touches_nobody_elses() => Given(Some.HeldTicket())
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3) with { OrderId = "o2" }, Some.Noon)).ThenNothing()
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(2) with { OrderId = "o2" }, Some.Noon)).ThenNothing();

    [Fact]
    public void Other_orders_keep_their_seats_when_one_dies() => Given(Some.SoldTicket(seats: 2))
        .When(ticket => Ticket.Reserve(ticket, Some.Created(3) with { OrderId = "o2" }, Some.Noon))
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(2) with { OrderId = "o2" }, Some.Noon))
        .With(ticket => Assert.Equal((0, 2, "o"), (ticket.Held, ticket.Sold, Assert.Single(ticket.Sales.ByOrder).Key)));

    [Fact]
    public void A_dead_order_that_is_read_again_gets_no_seats()
    {
        var (created, expires) = (Some.Created(), Some.Noon + Some.Hold);
        foreach (var ticket in (Ticket[])[Some.HeldTicket(), Some.SoldTicket()])
        {
            Given(ticket)
                .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(3), Some.Noon))
                .When(ticket => Ticket.Reserve(ticket, created, Some.Noon)).ThenNothing()
                .When(ticket => Ticket.Reserve(ticket, created, expires.AddTicks(-1))).ThenNothing()
                // Another one that ends later makes room, as the end of the hold is in the event itself.
                .When(ticket => Ticket.Reserve(ticket, created with { OrderId = "o2", ExpiresAt = expires.AddMinutes(1) }, expires))
                .When(ticket => Ticket.Release(ticket, Some.Is<OrderFailed>(2) with { OrderId = "o2", ExpiresAt = expires.AddMinutes(1) }, expires))
                .With(ticket => Assert.Equal("o2", Assert.Single(ticket.Ended).Key))
                .When(ticket => Ticket.Reserve(ticket, created, expires))
                .Then(new TicketRejected { Id = "t", OrderId = "o", Reason = "expired", Version = ticket.Version + 3 }).Unchanged();
        }
    }

    [Fact]
    public void An_order_whose_hold_is_over_gets_no_seats() => Given(Some.Ticket())
        .When(ticket => Ticket.Reserve(ticket, Some.Created(), Some.Noon + Some.Hold))
        .Then(new TicketRejected { Id = "t", OrderId = "o", Reason = "expired", Version = 1 }).Unchanged();
}
