using System.Text;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

/// <summary>Paid seats whose payment is disputed, and what their seller does about it.</summary>
public sealed class DisputeTests
{
    [Fact]
    public void Seats_of_a_disputed_order_are_marked_in_no_version_of_the_ticket() => Given(Some.SoldTicket())
        .When(ticket => Hear(ticket, 4, DisputeState.Disputed)).Then()
        .With(ticket => Assert.Equal((3, 2, 20, new Seats(2, Some.Buyer, 10, new(DisputeState.Disputed, 4))), (ticket.Version, ticket.Sold, ticket.Revenue, ticket.Sales.ByOrder["o"])))
        .When(ticket => Hear(ticket, 4, DisputeState.Disputed)).ThenNothing()
        // One of before the dispute that is read again.
        .When(ticket => Hear(ticket, 3, null)).ThenNothing();

    [Fact]
    public void What_became_of_a_dispute_stays_when_older_events_are_read_again() => Given(Some.SoldTicket())
        .When(ticket => Hear(ticket, 4, DisputeState.Disputed))
        .When(ticket => Hear(ticket, 6, DisputeState.Won)).Then()
        .With(ticket => Assert.Equal(DisputeState.Won, ticket.Sales.ByOrder["o"].Dispute?.State))
        .When(ticket => Hear(ticket, 4, DisputeState.Disputed)).ThenNothing()
        .When(ticket => Hear(ticket, 5, DisputeState.Disputed)).ThenNothing()
        .When(ticket => Hear(ticket, 8, DisputeState.Lost)).Then()
        .When(ticket => Hear(ticket, 6, DisputeState.Won)).ThenNothing();

    [Fact]
    public void Seats_of_which_it_is_first_heard_that_they_are_paid_and_disputed_are_sold_and_marked() => Given(Some.HeldTicket())
        .When(ticket => Hear(ticket, 4, DisputeState.Lost)).Then(Some.Updated(3) with { Sold = 2 })
        .With(ticket => Assert.Equal(new(2, Some.Buyer, 10, new(DisputeState.Lost, 4)), ticket.Sales.ByOrder["o"]));

    [Fact]
    public void Seats_that_are_given_back_of_a_disputed_order_leave_the_others_marked_and_blocked() => Given(Disputed(seats: 3))
        .When(ticket => Ticket.Block(ticket, Some.Seller, "o"))
        .When(ticket => Hear(ticket, 5, DisputeState.Disputed, seats: 3, cancelled: 1)).Then(Some.Updated(4) with { Sold = 2 })
        .With(ticket => Assert.Equal((20, new Seats(2, Some.Buyer, 10, new(DisputeState.Disputed, 4, IsBlocked: true))), (ticket.Revenue, ticket.Sales.ByOrder["o"])))
        .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(6), Some.Noon)).Then(Some.Updated(5))
        .When(ticket => Ticket.Unblock(ticket, Some.Seller, "o")).ThenRefused(RefusalKind.NotFound);

    [Fact]
    public void The_seller_blocks_disputed_seats_which_stay_sold_and_makes_them_good_again() => Given(Disputed())
        .When(ticket => Ticket.Block(ticket, Some.Seller, "o")).Then()
        .With(ticket => Assert.Equal((true, 3, 2, 8, 20), (IsBlocked(ticket), ticket.Version, ticket.Sold, ticket.Available, ticket.Revenue)))
        .When(ticket => Ticket.Block(ticket, Some.Seller, "o")).ThenNothing()
        .When(ticket => Ticket.Unblock(ticket, Some.Seller, "o")).Then()
        .With(ticket => Assert.False(IsBlocked(ticket)))
        .When(ticket => Ticket.Unblock(ticket, Some.Seller, "o")).ThenNothing();

    [Fact]
    public void A_dispute_that_is_won_does_not_unblock_what_the_seller_blocked() => Given(Disputed())
        .When(ticket => Ticket.Block(ticket, Some.Seller, "o"))
        .When(ticket => Hear(ticket, 5, DisputeState.Won)).With(ticket => Assert.True(IsBlocked(ticket)))
        .When(ticket => Ticket.Unblock(ticket, Some.Seller, "o")).With(ticket => Assert.False(IsBlocked(ticket)))
        // It was disputed, so they may be blocked again.
        .When(ticket => Ticket.Block(ticket, Some.Seller, "o")).With(ticket => Assert.True(IsBlocked(ticket)));

    [Fact]
    public void Only_seats_that_are_or_were_disputed_are_blocked()
    {
        foreach (var ticket in (Ticket[])[Some.SoldTicket(), Some.HeldTicket()])
        {
            Given(ticket).When(ticket => Ticket.Block(ticket, Some.Seller, "o")).ThenRefused(RefusalKind.Conflict);
            Given(ticket).When(ticket => Ticket.Unblock(ticket, Some.Seller, "o")).ThenRefused(RefusalKind.Conflict);
        }
        Given(Disputed()).When(ticket => Ticket.Block(ticket, Some.Seller, "another")).ThenRefused(RefusalKind.NotFound);
    }

    [Fact]
    public void Only_its_seller_blocks_seats_of_a_ticket()
    {
        GivenNo<Ticket>().When(ticket => Ticket.Block(ticket, Some.Seller, "o")).ThenRefused(RefusalKind.NotFound);
        Given(Disputed()).When(ticket => Ticket.Block(ticket, Some.Buyer, "o")).ThenRefused(RefusalKind.Forbidden);
        Given(Disputed()).When(ticket => Ticket.Unblock(ticket, Some.Buyer, "another")).ThenRefused(RefusalKind.Forbidden);
    }

    [Fact]
    public void A_dispute_over_an_order_without_seats_changes_nothing()
    {
        Given(Some.Ticket()).When(ticket => Hear(ticket, 4, DisputeState.Disputed)).ThenNothing();
        Given(Some.SoldTicket())
            .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(4), Some.Noon))
            .When(ticket => Ticket.Release(ticket, Some.Is<OrderCancelled>(5) with { Dispute = DisputeState.Disputed }, Some.Noon)).ThenNothing();
    }

    [Fact]
    public void The_seller_sees_what_is_disputed_and_blocked() => Given(Disputed())
        .When(ticket => Ticket.Reserve(ticket, Some.Created(1) with { OrderId = "held" }, Some.Noon))
        .When(ticket => Ticket.Block(ticket, Some.Seller, "o"))
        .With(ticket => Assert.Equal(
            [
                new("held", Some.Buyer, 1, 10, 10, "USD", SeatStatus.Held, Refunding: false, Dispute: null, Blocked: false),
                new("o", Some.Buyer, 2, 10, 20, "USD", SeatStatus.Sold, Refunding: false, DisputeState.Disputed, Blocked: true),
            ],
            TicketOrderResponse.AllOf(ticket)))
        .With(ticket => Assert.Equal(TicketOrderResponse.AllOf(ticket), new[] { "held", "o" }.Select(id => TicketOrderResponse.Of(ticket, id))))
        .With(ticket => Assert.Null(TicketOrderResponse.Of(ticket, "another")));

    [Theory]
    [InlineData("=o*2@=buyer$10", null)]
    [InlineData("=o*2@=buyer$10!d4", "Disputed 4 False")]
    [InlineData("=o!w12#", "Won 12 True")]
    [InlineData("=o@=a!l1", "Lost 1 False")]
    public void A_dispute_is_stored_behind_the_seats(string text, string? dispute)
    {
        var parts = Ticket.Documents.Parts!;
        var ticket = parts.With(Some.Ticket(), [Encoding.ASCII.GetBytes($"{text} ")]);
        Assert.Equal(dispute, ticket.Sales.ByOrder["o"].Dispute is { } read ? $"{read.State} {read.OrderVersion} {read.IsBlocked}" : null);
        var (orderId, seats) = ticket.Sales.ByOrder.Single();
        Assert.Equal($"{text} ", Encoding.ASCII.GetString(Assert.Single(parts.Of(Some.Ticket() with { Sales = Sales.None.Add(orderId, seats) })).Span));
    }

    [Theory]
    [InlineData("=o!")]
    [InlineData("=o!x4")]
    [InlineData("=o!d")]
    [InlineData("=o!d#")]
    [InlineData("=o!d4##")]
    [InlineData("=o!d-4")]
    [InlineData("=o!d4$10")]
    public void What_is_no_dispute_says_so(string text) =>
        Assert.Throws<FormatException>(() => Ticket.Documents.Parts!.With(Some.Ticket(), [Encoding.ASCII.GetBytes($"{text} ")]));

    private static Ticket Disputed(int seats = 2) => Hear(Some.SoldTicket(seats: seats), 4, DisputeState.Disputed, seats).State!;

    private static bool IsBlocked(Ticket ticket) => ticket.Sales.ByOrder["o"].Dispute!.Value.IsBlocked;

    private static Decision<Ticket> Hear(Ticket? ticket, long version, DisputeState? dispute, int seats = 2, int cancelled = 0) => Ticket.Sell(
        ticket, Some.Of(Some.Is<OrderCompleted>(version), ("t", seats)) with { Lines = [Some.Line(seats) with { Cancelled = cancelled }], Dispute = dispute }, Some.Noon);
}
