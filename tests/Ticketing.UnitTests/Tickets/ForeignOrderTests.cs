using Ticketing.Contracts;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

/// <summary>Orders whose ticket or seats are not there, or no longer.</summary>
public sealed class ForeignOrderTests
{
    [Fact]
    public void Events_of_orders_for_a_ticket_that_is_not_there_change_nothing() => GivenNo<Ticket>()
        .When(ticket => Ticket.Reserve(ticket, Some.Created())).ThenNothing()
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3))).ThenNothing()
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(2))).ThenNothing();

    [Fact]
    public void The_end_of_an_order_without_seats_touches_nobody_elses() => Given(Some.HeldTicket())
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3) with { OrderId = "o2" })).ThenNothing()
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(2) with { OrderId = "o2" })).ThenNothing();

    [Fact]
    public void Other_orders_keep_their_seats_when_one_dies() => Given(Some.SoldTicket(seats: 2))
        .When(ticket => Ticket.Reserve(ticket, Some.Created(3) with { OrderId = "o2" }))
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(2) with { OrderId = "o2" }))
        .With(ticket => Assert.Equal((0, 2, "o"), (ticket.Held, ticket.Sold, Assert.Single(ticket.Sales.ByOrder).Key)));

    // No tombstones: the answer makes Orders tell the order's end again, which releases the seats.
    [Fact]
    public void A_dead_order_that_is_read_again_gets_seats_and_loses_them_to_its_end_told_again() => Given(Some.HeldTicket())
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(3)))
        .When(ticket => Ticket.Reserve(ticket, Some.Created()))
        .With(ticket => Assert.Equal((4, 2), (ticket.Version, ticket.Held)))
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3)))
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(4)))
        .With(ticket => Assert.Equal((6, 0, 0, 10), (ticket.Version, ticket.Held, ticket.Sold, ticket.Available)));
}
