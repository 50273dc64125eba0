using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Tickets;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Tickets;

/// <summary>Seats that the seller takes back.</summary>
public sealed class RevocationTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_cancelled_ticket_is_told_once_and_its_orders_are_due_at_once() => Given(Some.SoldTicket())
        .When(ticket => Ticket.Cancel(ticket, Some.Seller, Some.Noon)).Then(Some.Updated(4, SaleState.Cancelled) with { Sold = 2 })
        .With(ticket => Assert.Equal((Some.Noon, null, null), (ticket.RevokeAt, ticket.RevokedUpTo, ticket.Revoked)))
        .With(ticket => Assert.Equal(["by_seller", "revoking"], Some.IndexesOf(ticket)))
        .When(ticket => Ticket.Cancel(ticket, Some.Seller, Some.Noon + Minute)).ThenNothing();

    [Fact]
    public void Orders_with_held_and_sold_seats_of_a_cancelled_ticket_are_told_in_no_version_of_it() => Given(Cancelled(held: 2, sold: 2))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon))
        .Then(Revoked("o000", 8), Revoked("o001", 8), Revoked("o002", 8), Revoked("o003", 8))
        .With(ticket => Assert.Equal((8, 2, 2), (ticket.Version, ticket.Held, ticket.Sold)));

    [Fact]
    public void Orders_are_told_a_hundred_at_a_time_and_again_after_a_minute() => Given(Cancelled(held: 125, sold: 125))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon)).Then(Revoked(0, 100, 377))
        .With(ticket => Assert.Equal((Some.Noon + Minute, "o099"), (ticket.RevokeAt, ticket.RevokedUpTo)))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon)).Then(Revoked(100, 100, 377))
        .With(ticket => Assert.Equal((Some.Noon + Minute, "o199"), (ticket.RevokeAt, ticket.RevokedUpTo)))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon)).Then(Revoked(200, 50, 377))
        .With(ticket => Assert.Equal((Some.Noon + Minute, null), (ticket.RevokeAt, ticket.RevokedUpTo)))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon + Minute)).Then(Revoked(0, 100, 377))
        .With(ticket => Assert.Equal((Some.Noon + Minute + Minute, "o099"), (ticket.RevokeAt, ticket.RevokedUpTo)));

    [Fact]
    public void The_next_orders_are_told_as_soon_as_half_of_those_before_have_lost_their_seats()
    {
        var ticket = Ticket.Revoke(Cancelled(held: 0, sold: 250), Some.Noon).State!;
        for (var i = 0; i < 49; i++)
            ticket = Release(ticket, $"o{i:D3}").State!;
        Assert.Equal(Some.Noon + Minute, ticket.RevokeAt);

        Given(Release(ticket, "o049").State)
            .With(half => Assert.Equal(Some.Noon, half.RevokeAt))
            .When(half => Ticket.Revoke(half!, Some.Noon)).Then(Revoked(100, 100, ticket.Version + 1))
            .With(half => Assert.Equal((Some.Noon + Minute, "o199"), (half.RevokeAt, half.RevokedUpTo)));
    }

    [Fact]
    public void A_hundred_orders_are_all_told_and_the_next_step_tells_nobody() => Given(Cancelled(held: 0, sold: 100))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon)).Then(Revoked(0, 100, 202))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon)).Then()
        .With(ticket => Assert.Equal((Some.Noon + Minute, null), (ticket.RevokeAt, ticket.RevokedUpTo)));

    [Fact]
    public void Orders_that_lose_their_seats_meanwhile_do_not_change_which_are_next() => Given(Cancelled(held: 75, sold: 75))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon)).Then(Revoked(0, 100, 227))
        .When(ticket => Release(ticket, "o005")).When(ticket => Release(ticket, "o099")).When(ticket => Release(ticket, "o100"))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon)).Then(Revoked(101, 49, 230))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon + Minute))
        .With(ticket => Assert.Equal("o102", ticket.RevokedUpTo));

    [Fact]
    public void Nothing_is_due_once_nobody_has_seats()
    {
        Given(Cancelled(held: 1, sold: 1))
            .When(ticket => Ticket.Revoke(ticket!, Some.Noon)).Then(Revoked("o000", 5), Revoked("o001", 5))
            .When(ticket => Release(ticket, "o000"))
            .When(ticket => Ticket.Revoke(ticket!, Some.Noon + Minute)).Then(Revoked("o001", 6))
            .When(ticket => Release(ticket, "o001"))
            .When(ticket => Ticket.Revoke(ticket!, Some.Noon + Minute + Minute)).Then()
            .With(ticket => Assert.Equal((null, null, SaleState.Cancelled, 7), (ticket.RevokeAt, ticket.RevokedUpTo, ticket.State, ticket.Version)))
            .With(ticket => Assert.Equal(["by_seller"], Some.IndexesOf(ticket)));
        Given(Cancelled(held: 0, sold: 0)).When(ticket => Ticket.Revoke(ticket!, Some.Noon)).Then().With(ticket => Assert.Null(ticket.RevokeAt));
    }

    [Fact]
    public void Seats_that_are_paid_while_their_ticket_is_cancelled_are_sold_and_told_again() => Given(Cancelled(held: 1, sold: 0))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon)).Then(Revoked("o000", 3))
        .When(ticket => Ticket.Sell(ticket, Of<OrderCompleted>("o000"), Some.Noon)).Then(Some.Updated(4, SaleState.Cancelled) with { Quantity = 1000, Sold = 1 })
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon + Minute)).Then(Revoked("o000", 4));

    [Fact]
    public void The_seats_of_one_order_are_taken_back_in_no_version_and_told_again_after_a_minute() => Given(WithOrders(held: 1, sold: 2))
        .When(ticket => Refund(ticket, "o001")).Then(Revoked("o001", 6))
        .With(ticket => Assert.Equal((1, 2, Some.Noon + Minute), (ticket.Held, ticket.Sold, ticket.RevokeAt)))
        .With(ticket => Assert.Equal([false, true, false], new[] { "o000", "o001", "o002" }.Select(ticket.IsRevoked)))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon + Minute)).Then(Revoked("o001", 6))
        .With(ticket => Assert.Equal((Some.Noon + Minute + Minute, null), (ticket.RevokeAt, ticket.RevokedUpTo)))
        .When(ticket => Release(ticket, "o001"))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon + Minute + Minute)).Then()
        .With(ticket => Assert.Equal((null, null, 7), (ticket.RevokeAt, ticket.Revoked, ticket.Version)));

    [Fact]
    public void Held_seats_that_are_taken_back_stay_so_when_they_are_paid_meanwhile() => Given(WithOrders(held: 1, sold: 0))
        .When(ticket => Refund(ticket, "o000")).Then(Revoked("o000", 2))
        .When(ticket => Ticket.Sell(ticket, Of<OrderCompleted>("o000"), Some.Noon)).With(ticket => Assert.True(ticket.IsRevoked("o000")))
        // What Orders was told may be lost.
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon + Minute)).Then(Revoked("o000", 3))
        .When(ticket => Release(ticket, "o000")).With(ticket => Assert.False(ticket.IsRevoked("o000")));

    [Fact]
    public void Seats_that_are_taken_back_stay_so_when_their_buyer_gives_some_back() => Given(Some.SoldTicket(seats: 3))
        .When(ticket => Refund(ticket, "o"))
        .When(ticket => Ticket.Sell(ticket, Some.Is<OrderCompleted>(4) with { Lines = [Some.Line(3) with { Cancelled = 1 }] }, Some.Noon))
        .With(ticket => Assert.Equal((2, true), (ticket.Sold, ticket.IsRevoked("o"))));

    [Fact]
    public void An_order_whose_seats_are_taken_back_twice_is_told_once() => Given(WithOrders(held: 0, sold: 2))
        .When(ticket => Refund(ticket, "o000")).Then(Revoked("o000", 5))
        .When(ticket => Refund(ticket, "o000", Some.Noon + Minute)).ThenNothing()
        // The first one's time stays.
        .When(ticket => Refund(ticket, "o001", Some.Noon + Minute)).Then(Revoked("o001", 5))
        .With(ticket => Assert.Equal(Some.Noon + Minute, ticket.RevokeAt))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon + Minute)).Then(Revoked("o000", 5), Revoked("o001", 5));

    [Fact]
    public void An_order_without_seats_has_none_to_take_back()
    {
        Given(Some.SoldTicket()).When(ticket => Refund(ticket, "another")).ThenRefused(RefusalKind.NotFound);
        Given(WithOrders(held: 1, sold: 0)).When(ticket => Release(ticket, "o000")).When(ticket => Refund(ticket, "o000")).ThenRefused(RefusalKind.NotFound);
    }

    [Fact]
    public void Only_its_seller_takes_seats_back()
    {
        GivenNo<Ticket>().When(ticket => Refund(ticket, "o")).ThenRefused(RefusalKind.NotFound);
        Given(Some.SoldTicket()).When(ticket => Ticket.Refund(ticket, Some.Buyer, "o", Some.Noon)).ThenRefused(RefusalKind.Forbidden);
        // A stranger is not told who has seats.
        Given(Some.SoldTicket()).When(ticket => Ticket.Refund(ticket, Some.Buyer, "another", Some.Noon)).ThenRefused(RefusalKind.Forbidden);
        GivenNo<Ticket>().When(ticket => Ticket.Cancel(ticket, Some.Seller, Some.Noon)).ThenRefused(RefusalKind.NotFound);
        Given(Some.SoldTicket()).When(ticket => Ticket.Cancel(ticket, Some.Buyer, Some.Noon)).ThenRefused(RefusalKind.Forbidden);
    }

    [Fact]
    public void A_ticket_that_is_paused_or_withdrawn_can_be_cancelled()
    {
        Given(Ticket.Pause(Some.SoldTicket(), Some.Seller).State)
            .When(ticket => Ticket.Cancel(ticket, Some.Seller, Some.Noon)).Then(Some.Updated(5, SaleState.Cancelled) with { Sold = 2 });
        Given(Ticket.Withdraw(Some.SoldTicket(), Some.Seller).State)
            .When(ticket => Refund(ticket, "o")).Then(Revoked("o", 4))
            .When(ticket => Ticket.Cancel(ticket, Some.Seller, Some.Noon)).Then(Some.Updated(5, SaleState.Cancelled) with { Sold = 2 });
    }

    [Fact]
    public void A_cancelled_ticket_stays_cancelled_and_takes_no_orders() => Given(Cancelled(held: 1, sold: 0))
        .When(ticket => Ticket.Pause(ticket, Some.Seller)).ThenRefused(RefusalKind.Conflict)
        .When(ticket => Ticket.Resume(ticket, Some.Seller)).ThenRefused(RefusalKind.Conflict)
        .When(ticket => Ticket.Withdraw(ticket, Some.Seller)).ThenRefused(RefusalKind.Conflict)
        .When(ticket => Ticket.Change(ticket, Some.Seller, "Back row", null, null)).ThenRefused(RefusalKind.Conflict)
        .When(ticket => Ticket.Reserve(ticket, Of<OrderCreated>("next"), Some.Noon))
        .Then(new TicketRejected { Id = "t", OrderId = "next", Reason = "not_on_sale", Version = 3 }).Unchanged()
        .When(ticket => Refund(ticket, "o000")).ThenNothing();

    [Fact]
    public void A_ticket_that_is_cancelled_after_refunds_tells_everyone_from_the_first() => Given(WithOrders(held: 0, sold: 150))
        .When(ticket => Refund(ticket, "o120"))
        .When(ticket => Ticket.Cancel(ticket, Some.Seller, Some.Noon)).Then(Some.Updated(302, SaleState.Cancelled) with { Quantity = 1000, Sold = 150 })
        .With(ticket => Assert.Equal((null, Some.Noon), (ticket.Revoked, ticket.RevokeAt)))
        .When(ticket => Ticket.Revoke(ticket!, Some.Noon)).Then(Revoked(0, 100, 302));

    [Fact]
    public void What_is_taken_back_is_stored_only_while_there_is_any()
    {
        var refunded = Refund(Some.SoldTicket(), "o").State!;
        var json = JsonSerializer.Serialize(refunded, Ticket.Documents.Json);
        Assert.Contains("""
            "revoked":["o"],"revokeAt":"2025-02-13T12:01:00+00:00"
            """.Trim(), json, StringComparison.Ordinal);
        Assert.True(JsonSerializer.Deserialize(json, Ticket.Documents.Json)!.IsRevoked("o"));
        Assert.DoesNotContain("evoke", JsonSerializer.Serialize(Some.SoldTicket(), Ticket.Documents.Json), StringComparison.Ordinal);
    }

    [Fact]
    public void The_orders_of_a_ticket_are_shown_to_its_seller_by_id() => Given(WithOrders(held: 1, sold: 1))
        .When(ticket => Ticket.Reserve(ticket, Of<OrderCreated>("a"), Some.Noon))
        .When(ticket => Refund(ticket, "o001"))
        .With(ticket => Assert.Equal(
            [
                new("a", Some.Buyer, 1, 10, 10, "USD", SeatStatus.Held, Refunding: false, Dispute: null, Blocked: false),
                new("o000", Some.Buyer, 1, 10, 10, "USD", SeatStatus.Held, Refunding: false, Dispute: null, Blocked: false),
                new("o001", Some.Buyer, 1, 10, 10, "USD", SeatStatus.Sold, Refunding: true, Dispute: null, Blocked: false),
            ],
            TicketOrderResponse.AllOf(ticket)));

    [Fact]
    public void An_order_that_was_stored_without_its_buyer_and_price_is_shown_without_them() => Assert.Equal(
        [new("o", null, 3, null, null, "USD", SeatStatus.Sold, Refunding: false, Dispute: null, Blocked: false)],
        TicketOrderResponse.AllOf(Some.Ticket() with { Sold = 3, Sales = Sales.None.Add("o", new(3)) }));

    /// <summary>A ticket with so many orders for one seat each: <c>o000</c>, <c>o001</c> and so on.</summary>
    private static Ticket WithOrders(int held, int sold)
    {
        var ticket = Some.Ticket(quantity: 1000);
        for (var i = 0; i < held + sold; i++)
        {
            ticket = Ticket.Reserve(ticket, Of<OrderCreated>($"o{i:D3}"), Some.Noon).State!;
            if (i >= held)
                ticket = Ticket.Sell(ticket, Of<OrderCompleted>($"o{i:D3}"), Some.Noon).State!;
        }
        return ticket;
    }

    private static Ticket Cancelled(int held, int sold) => Ticket.Cancel(WithOrders(held, sold), Some.Seller, Some.Noon).State!;

    private static Decision<Ticket> Refund(Ticket? ticket, string orderId, DateTimeOffset? now = null) =>
        Ticket.Refund(ticket, Some.Seller, orderId, now ?? Some.Noon);

    private static Decision<Ticket> Release(Ticket? ticket, string orderId) => Ticket.Release(ticket, Of<OrderCancelled>(orderId), Some.Noon);

    private static T Of<T>(string orderId)
        where T : OrderEvent, new() => Some.Of(Some.Is<T>(1), ("t", 1)) with { Id = orderId, OrderId = orderId };

    private static TicketRevoked Revoked(string orderId, long version) => new() { Id = "t", OrderId = orderId, Version = version };

    /// <summary>One event for each of these orders.</summary>
    private static IEvent[] Revoked(int from, int count, long version) => [.. Enumerable.Range(from, count).Select(i => Revoked($"o{i:D3}", version))];
}
