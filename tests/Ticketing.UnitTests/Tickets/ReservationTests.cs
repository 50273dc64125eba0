using Ticketing.Contracts;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

public sealed class ReservationTests
{
    [Fact]
    public void An_order_gets_its_seats() => Given(Some.Ticket())
        .When(ticket => Ticket.Reserve(ticket, Some.Created(2), Some.Noon))
        .Then(Updated(2) with { Held = 2 }, new TicketReserved { Id = "t", OrderId = "o", Quantity = 2, Version = 2 })
        .With(ticket => Assert.Equal(("o", new Seats(2, Some.Buyer)), (Assert.Single(ticket.Holds).Key, ticket.Holds["o"])));

    [Fact]
    public void The_last_seats_can_be_had() => Given(Some.Ticket(quantity: 2))
        .When(ticket => Ticket.Reserve(ticket, Some.Created(2), Some.Noon))
        .With(ticket => Assert.Equal(0, ticket.Available))
        .With(ticket => Assert.Null(Ticket.Documents.Indexes.Single(index => index.Name == "available").Key(ticket)));

    [Fact]
    public void An_order_for_more_than_is_left_is_rejected_whole() => Given(Some.HeldTicket(quantity: 3, seats: 2))
        .When(ticket => Ticket.Reserve(ticket, Some.Created(2) with { OrderId = "o2" }, Some.Noon))
        .Then(new TicketRejected { Id = "t", OrderId = "o2", Reason = "sold_out", Version = 2 })
        .Unchanged();

    [Theory]
    [InlineData(19.99, "USD")]
    [InlineData(20.01, "USD")]
    [InlineData(10, "USD")]
    [InlineData(20, "EUR")]
    public void An_order_at_another_price_than_the_tickets_is_rejected(double total, string currency) => Given(Some.Ticket())
        .When(ticket => Ticket.Reserve(ticket, Some.Created(2) with { Price = (decimal)total, Currency = currency }, Some.Noon))
        .Then(new TicketRejected { Id = "t", OrderId = "o", Reason = "price_changed", Version = 1 })
        .Unchanged();

    [Fact]
    public void An_order_of_several_tickets_gets_the_seats_of_this_one() => Given(Some.Ticket())
        .When(ticket => Ticket.Reserve(ticket, Some.Of(Some.Created(), ("u", 1), ("t", 3)), Some.Noon))
        .Then(Updated(2) with { Held = 3 }, new TicketReserved { Id = "t", OrderId = "o", Quantity = 3, Version = 2 })
        .When(ticket => Ticket.Sell(ticket, Some.Of(Some.Is<OrderCompleted>(3), ("u", 1), ("t", 3)), Some.Noon)).Then(Updated(3) with { Sold = 3 })
        .When(ticket => Ticket.Release(ticket, Some.Of(Some.Is<OrderCancelled>(4), ("u", 1), ("t", 3)), Some.Noon)).Then(Updated(4));

    [Fact]
    public void An_order_whose_total_is_not_that_of_its_lines_is_rejected() => Given(Some.Ticket())
        .When(ticket => Ticket.Reserve(ticket, Some.Of(Some.Created(), ("u", 1), ("t", 3)) with { Price = 39 }, Some.Noon))
        .Then(new TicketRejected { Id = "t", OrderId = "o", Reason = "price_changed", Version = 1 });

    [Fact]
    public void An_order_of_before_there_were_lines_gets_its_seats() => Given(Some.Ticket())
        .When(ticket => Ticket.Reserve(ticket, Some.Created() with { Lines = null }, Some.Noon))
        .With(ticket => Assert.Equal(new(2, Some.Buyer), ticket.Holds["o"]))
        .When(ticket => Ticket.Reserve(ticket, Some.Created() with { Lines = null, OrderId = "o2", TicketId = "another" }, Some.Noon)).ThenNothing();

    [Fact]
    public void An_order_that_is_read_again_gets_no_second_seats()
    {
        Given(Some.HeldTicket()).When(ticket => Ticket.Reserve(ticket, Some.Created(), Some.Noon)).ThenNothing();
        Given(Some.SoldTicket()).When(ticket => Ticket.Reserve(ticket, Some.Created(), Some.Noon)).ThenNothing();
    }

    [Fact]
    public void An_order_that_has_seats_is_not_rejected_when_it_is_read_again_at_a_new_price() => Given(Some.SoldTicket())
        .When(ticket => Ticket.Change(ticket, Some.Seller, null, 11, null))
        .When(ticket => Ticket.Reserve(ticket, Some.Created(), Some.Noon))
        .ThenNothing();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_order_for_no_seats_is_a_fault_of_whoever_sent_it(int seats) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Ticket.Reserve(Some.Ticket(), Some.Created(seats), Some.Noon));

    [Fact]
    public void The_seats_of_a_paid_order_are_sold_once() => Given(Some.HeldTicket())
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3), Some.Noon)).Then(Updated(3) with { Sold = 2 })
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(3), Some.Noon)).ThenNothing();

    [Fact]
    public void The_held_seats_of_a_dead_order_are_free_once() => Given(Some.HeldTicket())
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderFailed>(3), Some.Noon)).Then(Updated(3))
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderFailed>(3), Some.Noon)).ThenNothing();

    [Fact]
    public void The_sold_seats_of_a_dead_order_are_free_once() => Given(Some.SoldTicket())
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(4), Some.Noon)).Then(Updated(4))
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(4), Some.Noon)).ThenNothing();

    private static TicketUpdated Updated(long version) =>
        new() { Id = "t", Title = "Front row", Price = 10, Currency = "USD", Quantity = 10, UserId = Some.Seller, Version = version };
}
