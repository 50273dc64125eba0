using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Orders;
using static Ticketing.Contracts.OrderStatus;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Orders;

/// <summary>Seats that a buyer gives back, or a seller takes back.</summary>
public sealed class GiveBackTests
{
    private static readonly DateTimeOffset Until = Some.Noon.AddDays(1);

    private static readonly DateTimeOffset TooLate = Until.AddTicks(1);

    private static readonly TicketRevoked Revoked = new() { Id = "t", OrderId = "o", Version = 5 };

    /// <summary>A paid order for two seats of <c>t</c> and one of <c>u</c>; those of <c>t</c> can be given back until <see cref="Until"/>.</summary>
    private static Order TwoTickets => Place((Some.Replica() with { RefundableUntil = Until }, 2), (Some.Replica() with { Id = "u" }, 1));

    [Fact]
    public void An_order_keeps_fewer_seats_and_says_what_goes_back() => Given(Some.Order(Completed))
        .When(order => Keep(order, ("t", 1))).Then(Kept(4, 1))
        .With(order => Assert.Equal((10, 20, 1), (order.Refund, order.Price, order.Lines[0].Kept)));

    [Fact]
    public void A_call_that_is_repeated_changes_nothing_more() => Given(Some.Order(Completed))
        .When(order => Keep(order, ("t", 2))).ThenNothing()
        .When(order => Keep(order, ("t", 1))).Then(Kept(4, 1))
        .When(order => Keep(order, ("t", 1))).ThenNothing();

    [Fact]
    public void An_order_cannot_keep_more_seats_than_it_has() => Given(Some.Order(Completed))
        .When(order => Keep(order, ("t", 3))).ThenRefused(RefusalKind.Invalid)
        .When(order => Keep(order, ("t", 1)))
        .When(order => Keep(order, ("t", 2))).ThenRefused(RefusalKind.Invalid);

    [Fact]
    public void Every_line_that_is_wrong_is_named()
    {
        var refusal = Keep(TwoTickets, ("another", 1), ("t", 3), ("u", 0)).Refusal!;
        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.Equal(
            [
                new("lines[0].ticketId", "lines[0].ticketId must be a ticket of the order."),
                new("lines[1].quantity", "lines[1].quantity must be at most 2, as many seats as the order has."),
            ],
            refusal.Fields);
    }

    [Fact]
    public void An_order_that_keeps_no_seat_is_cancelled()
    {
        Given(Some.Order(Completed))
            .When(order => Keep(order, ("t", 0))).Then(Some.Is<OrderCancelled>(4, "cancelled_by_user") with { Refund = 20, Lines = [Line(2)] })
            .When(order => Keep(order, ("t", 0))).ThenRefused(RefusalKind.Conflict);
        Given(Some.Order(Completed))
            .When(order => Keep(order, ("t", 1)))
            .When(order => Keep(order, ("t", 0))).Then(Some.Is<OrderCancelled>(5, "cancelled_by_user") with { Refund = 20, Lines = [Line(2)] });
    }

    [Theory]
    [InlineData(Created, "The order is not paid yet: it can only be cancelled as a whole.")]
    [InlineData(PendingPayment, "The order is not paid yet: it can only be cancelled as a whole.")]
    [InlineData(Cancelled, "The order has ended already.")]
    [InlineData(Failed, "The order has ended already.")]
    public void Only_a_paid_order_gives_seats_back(OrderStatus status, string why) => Assert.Equal(
        (RefusalKind.Conflict, why), Given(Some.Order(status)).When(order => Keep(order, ("t", 1))).ThenRefused(RefusalKind.Conflict).Refusal is { } refusal
            ? (refusal.Kind, refusal.Detail) : default);

    [Fact]
    public void Anothers_order_does_not_exist()
    {
        GivenNo<Order>().When(order => Keep(order, ("t", 1))).ThenRefused(RefusalKind.NotFound);
        foreach (var status in Enum.GetValues<OrderStatus>())
            Given(Some.Order(status)).When(order => Order.Keep(order, "someone else", [("t", 1)], Some.Noon)).ThenRefused(RefusalKind.NotFound);
    }

    [Fact]
    public void An_order_of_several_tickets_gives_seats_of_each_back() => Given(TwoTickets)
        .When(order => Keep(order, ("u", 0))).Then(Two<OrderCompleted>(4, t: 0, u: 1))
        .When(order => Keep(order, ("t", 1), ("u", 0))).Then(Two<OrderCompleted>(5, t: 1, u: 1))
        .When(order => Keep(order, ("u", 1))).ThenRefused(RefusalKind.Invalid)
        .When(order => Keep(order, ("t", 0))).Then(Two<OrderCancelled>(6, t: 2, u: 1, "cancelled_by_user"));

    [Fact]
    public void What_goes_back_is_written_without_trailing_zeros() => Given(Place((Some.Replica() with { Price = 2.50m }, 3)))
        .When(order => Keep(order, ("t", 1)))
        .With(order => Assert.Equal("5", $"{Assert.IsType<OrderCompleted>(Assert.Single(order.Tell())).Refund}"));

    [Fact]
    public void Seats_are_given_back_until_the_time_that_the_buyer_saw() => Given(TwoTickets)
        .When(order => Order.Keep(order, Some.Buyer, [("t", 1)], TooLate)).ThenRefused(RefusalKind.Conflict)
        .When(order => Order.Keep(order, Some.Buyer, [("t", 1)], Until)).Then(Two<OrderCompleted>(4, t: 1, u: 0))
        // What changes nothing is never too late, so that a call can be repeated.
        .When(order => Order.Keep(order, Some.Buyer, [("t", 1)], TooLate)).ThenNothing();

    [Fact]
    public void Seats_are_given_back_although_it_is_too_late_for_those_that_are_kept() => Given(TwoTickets)
        .When(order => Order.Keep(order, Some.Buyer, [("u", 0)], TooLate)).Then(Two<OrderCompleted>(4, t: 0, u: 1));

    [Fact]
    public void Nothing_is_given_back_if_it_is_too_late_for_one_of_two_tickets()
    {
        Given(TwoTickets).When(order => Order.Keep(order, Some.Buyer, [("u", 0), ("t", 1)], TooLate)).ThenRefused(RefusalKind.Conflict);
        Given(TwoTickets).When(order => Order.Keep(order, Some.Buyer, [("u", 0), ("t", 2)], TooLate)).Then(Two<OrderCompleted>(4, t: 0, u: 1));
    }

    [Fact]
    public void A_paid_order_is_cancelled_until_the_time_that_the_buyer_saw()
    {
        Given(TwoTickets).When(order => Order.Cancel(order, Some.Buyer, Until)).Then(Two<OrderCancelled>(4, t: 0, u: 0, "cancelled_by_user"));
        var refusal = Given(TwoTickets).When(order => Order.Cancel(order, Some.Buyer, TooLate)).ThenRefused(RefusalKind.Conflict).Refusal!;
        Assert.Equal("Seats of ticket t could be given back until 2025-02-14T12:00:00Z.", refusal.Detail);
    }

    [Fact]
    public void An_order_is_cancelled_although_it_is_too_late_for_seats_that_it_gave_back() => Given(TwoTickets)
        .When(order => Keep(order, ("t", 0))).Then(Two<OrderCompleted>(4, t: 2, u: 0))
        .When(order => Order.Cancel(order, Some.Buyer, TooLate)).Then(Two<OrderCancelled>(5, t: 2, u: 0, "cancelled_by_user"));

    [Theory]
    [InlineData(Created)]
    [InlineData(PendingPayment)]
    public void An_order_that_is_not_paid_can_be_cancelled_at_any_time(OrderStatus status) => Given(TwoTickets with { Status = status })
        .When(order => Order.Cancel(order, Some.Buyer, TooLate)).Then(Two<OrderCancelled>(4, t: 0, u: 0, "cancelled_by_user"));

    [Theory]
    [InlineData(Created, 2)]
    [InlineData(PendingPayment, 3)]
    public void An_order_that_is_not_paid_ends_when_a_seller_takes_its_seats_back(OrderStatus status, long version) => Given(Some.Order(status))
        .When(order => Order.Revoked(order, Revoked)).Then(Some.Is<OrderCancelled>(version, "seller_cancelled"))
        .When(order => Order.Revoked(order, Revoked)).Then(Some.Is<OrderCancelled>(version, "seller_cancelled")).Unchanged();

    [Fact]
    public void An_order_of_several_tickets_that_is_not_paid_ends_as_a_whole() => Given(Some.TwoTickets())
        .When(order => Order.Reserved(order, new() { Id = "t", OrderId = "o", Quantity = 2, Version = 2 }))
        .When(order => Order.Revoked(order, Revoked with { Id = "u" })).Then(Some.Of(Some.Is<OrderCancelled>(2, "seller_cancelled"), ("t", 2), ("u", 1)))
        .With(order => Assert.Null(order.HeldTickets));

    [Fact]
    public void A_paid_order_loses_the_seats_that_a_seller_takes_back_even_if_it_is_too_late_for_its_buyer()
    {
        OrderLine[] lines = [.. TwoTickets.Lines.Select(line => line with { RefundableUntil = DateTimeOffset.UnixEpoch })];
        Given(TwoTickets with { Lines = lines })
            .When(order => Order.Cancel(order, Some.Buyer, Some.Noon)).ThenRefused(RefusalKind.Conflict)
            .When(order => Order.Revoked(order, Revoked))
            .With(order => Assert.Equal((Completed, null, 4, 20), (order.Status, order.Reason, order.Version, order.Refund)))
            .With(order => Assert.Equal([0, 1], order.Lines.Select(line => line.Kept)));
    }

    [Fact]
    public void A_paid_order_that_loses_its_last_seats_is_cancelled()
    {
        Given(Some.Order(Completed)).When(order => Order.Revoked(order, Revoked))
            .Then(Some.Is<OrderCancelled>(4, "seller_cancelled") with { Refund = 20, Lines = [Line(2)] });
        Given(TwoTickets)
            .When(order => Order.Revoked(order, Revoked)).Then(Two<OrderCompleted>(4, t: 2, u: 0))
            .When(order => Order.Revoked(order, Revoked with { Id = "u" })).Then(Two<OrderCancelled>(5, t: 2, u: 1, "seller_cancelled"));
        Given(TwoTickets)
            .When(order => Keep(order, ("t", 1), ("u", 0)))
            .When(order => Order.Revoked(order, Revoked)).Then(Two<OrderCancelled>(5, t: 2, u: 1, "seller_cancelled"));
    }

    [Fact]
    public void An_order_that_gave_the_seats_up_already_says_so_again()
    {
        Given(TwoTickets)
            .When(order => Keep(order, ("t", 0)))
            .When(order => Order.Revoked(order, Revoked)).Then(Two<OrderCompleted>(4, t: 2, u: 0)).Unchanged();
        Given(Some.Order(Cancelled)).When(order => Order.Revoked(order, Revoked)).Then(Some.Is<OrderCancelled>(3, "expired")).Unchanged();
        Given(Some.Order(Failed)).When(order => Order.Revoked(order, Revoked)).Then(Some.Is<OrderFailed>(3, "card_declined")).Unchanged();
    }

    [Fact]
    public void An_order_that_is_not_known_loses_its_seats_and_those_that_it_turns_out_to_have() => GivenNo<Order>()
        .When(order => Order.Revoked(order, Revoked)).Then(Unknown(1, "t")).Warns()
        .When(order => Order.Revoked(order, Revoked)).Then(Unknown(1, "t")).Unchanged()
        .When(order => Order.Revoked(order, Revoked with { Id = "u" })).Then(Unknown(2, "t", "u"));

    [Fact]
    public void Seats_of_a_ticket_that_the_order_is_not_for_change_nothing_and_an_operator_is_warned()
    {
        foreach (var status in (OrderStatus[])[Created, PendingPayment, Completed])
            Given(Some.Order(status)).When(order => Order.Revoked(order, Revoked with { Id = "another" })).ThenNothing().Warns();
    }

    [Fact]
    public void An_order_keeps_what_it_gave_back_when_it_is_heard_of_again() => Given(TwoTickets)
        .When(order => Keep(order, ("t", 1)))
        .When(order => Order.Reserved(order, new() { Id = "t", OrderId = "o", Quantity = 2, Version = 2 })).ThenNothing()
        .When(order => Order.Paid(order, new() { Id = "p", OrderId = "o", UserId = Some.Buyer, Amount = 30, Currency = "USD", Version = 2 })).ThenNothing()
        .When(order => new(order, order!.Tell().ToArray())).Then(Two<OrderCompleted>(4, t: 1, u: 0))
        .When(order => Order.Place(order, "o", Some.Buyer, [(Some.Replica(), 2), (Some.Replica() with { Id = "u" }, 1)], Some.Hold, Some.Noon)).ThenNothing();

    [Fact]
    public void Its_buyer_sees_what_was_given_back() => Given(TwoTickets)
        .When(order => Keep(order, ("t", 1)))
        .With(order => Assert.Equal((30, 10), (OrderResponse.Of(order).Price, OrderResponse.Of(order).Refund)))
        .With(order => Assert.Equal(
            [(2, 1, Until), (1, 0, null)], OrderResponse.Of(order).Lines.Select(line => (line.Quantity, line.Cancelled, line.RefundableUntil))));

    private static Order Place(params (TicketReplica, int)[] seats) =>
        Order.Place(null, "o", Some.Buyer, seats, Some.Hold, Some.Noon).State! with { Status = Completed, Version = 3 };

    private static Decision<Order> Keep(Order? order, params (string TicketId, int Quantity)[] kept) => Order.Keep(order, Some.Buyer, kept, Some.Noon);

    private static OrderLine Line(int cancelled) => Some.Line() with { Cancelled = cancelled };

    private static OrderCompleted Kept(long version, int cancelled) =>
        Some.Is<OrderCompleted>(version) with { Refund = 10 * cancelled, Lines = [Line(cancelled)] };

    /// <summary><see cref="TwoTickets"/>, so many of whose seats were given back.</summary>
    private static T Two<T>(long version, int t, int u, string? reason = null)
        where T : OrderEvent, new() => Some.Is<T>(version, reason) with
        {
            Price = 30,
            Refund = 10 * (t + u),
            Lines = [Line(t) with { RefundableUntil = Until }, Some.Line(1, "u") with { Cancelled = u }],
        };

    private static OrderCancelled Unknown(long version, params string[] ticketIds) => Some.Is<OrderCancelled>(version, "unknown_order") with
    {
        UserId = Order.Unknown,
        Quantity = 1,
        Lines = [.. ticketIds.Select(id => new OrderLine { TicketId = id, Quantity = 1 })],
        Price = 0,
        Currency = "XXX",
        ExpiresAt = DateTimeOffset.UnixEpoch,
    };
}
