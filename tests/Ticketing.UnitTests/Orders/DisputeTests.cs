using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Orders;
using static Ticketing.Contracts.OrderStatus;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Orders;

/// <summary>What a buyer's dispute with the bank makes of an order: it is marked, and nothing else.</summary>
public sealed class DisputeTests
{
    private static readonly PaymentDisputed Disputed = Of(3, DisputeState.Disputed);

    [Fact]
    public void A_disputed_order_is_marked_and_told_with_its_next_version() => Given(Some.Order(Completed))
        .When(order => Order.Disputed(order, Disputed)).Then(Some.Is<OrderCompleted>(4) with { Dispute = DisputeState.Disputed })
        .When(order => Order.Disputed(order, Disputed)).ThenNothing()
        .When(order => new(order, order!.Tell().ToArray())).Then(Some.Is<OrderCompleted>(4) with { Dispute = DisputeState.Disputed })
        .With(order => Assert.Equal(DisputeState.Disputed, OrderResponse.Of(order).Dispute));

    [Theory]
    [InlineData(DisputeState.Won)]
    [InlineData(DisputeState.Lost)]
    public void The_end_of_a_dispute_is_told_and_what_was_before_changes_nothing_when_it_is_read_again(DisputeState end) => Given(Some.Order(Completed))
        .When(order => Order.Disputed(order, Disputed))
        .When(order => Order.Disputed(order, Of(4, end))).Then(Some.Is<OrderCompleted>(5) with { Dispute = end })
        .When(order => Order.Disputed(order, Disputed)).ThenNothing()
        .When(order => Order.Disputed(order, Of(4, end))).ThenNothing()
        // The bank may be asked once more.
        .When(order => Order.Disputed(order, Of(7, DisputeState.Disputed))).Then(Some.Is<OrderCompleted>(6) with { Dispute = DisputeState.Disputed })
        .When(order => Order.Disputed(order, Of(4, end))).ThenNothing();

    [Fact]
    public void A_dead_order_is_marked_and_stays_dead()
    {
        Given(Some.Order(Cancelled)).When(order => Order.Disputed(order, Disputed))
            .Then(Some.Is<OrderCancelled>(4, "expired") with { Dispute = DisputeState.Disputed });
        Given(Some.Order(Failed)).When(order => Order.Disputed(order, Disputed))
            .Then(Some.Is<OrderFailed>(4, "card_declined") with { Dispute = DisputeState.Disputed })
            .When(order => Order.Disputed(order, Disputed)).ThenNothing()
            // Its money is still to go back.
            .When(order => Order.Paid(order, Paid(2))).Then(Some.Is<OrderFailed>(4, "card_declined") with { Dispute = DisputeState.Disputed }).Unchanged();
    }

    [Fact]
    public void A_disputed_payment_that_was_not_heard_of_completes_the_order() => Given(Some.Order(PendingPayment))
        .When(order => Order.Disputed(order, Disputed)).Then(Some.Is<OrderCompleted>(3) with { Dispute = DisputeState.Disputed })
        .When(order => Order.Paid(order, Paid(2))).ThenNothing();

    [Fact]
    public void A_capture_that_is_disputed_by_the_time_it_is_told_completes_and_marks_the_order()
    {
        var paid = Paid(2) with { Dispute = DisputeState.Disputed };
        Given(Some.Order(PendingPayment)).When(order => Order.Paid(order, paid)).Then(Some.Is<OrderCompleted>(3) with { Dispute = DisputeState.Disputed })
            .When(order => Order.Paid(order, paid)).ThenNothing();
        Given(Some.Order(Completed)).When(order => Order.Paid(order, paid)).Then(Some.Is<OrderCompleted>(4) with { Dispute = DisputeState.Disputed });
        Given(Some.Order(Cancelled)).When(order => Order.Paid(order, paid)).Then(Some.Is<OrderCancelled>(4, "expired") with { Dispute = DisputeState.Disputed });
    }

    [Fact]
    public void A_dispute_of_which_only_a_later_refund_tells_marks_the_order_too()
    {
        PaymentEvent[] refunds = [Refund<PaymentRefunded>(4), Refund<PaymentPartiallyRefunded>(4), Refund<PaymentRefundFailed>(4)];
        foreach (var refund in refunds)
        {
            Given(Some.Order(Completed)).When(order => Order.Disputed(order, refund)).Then(Some.Is<OrderCompleted>(4) with { Dispute = DisputeState.Won })
                .When(order => Order.Disputed(order, refund with { Version = 5 })).ThenNothing();
            Given(Some.Order(PendingPayment)).When(order => Order.Disputed(order, refund)).ThenNothing();
        }
        // Without a dispute, a refund concerns no order.
        foreach (var refund in refunds)
        {
            var route = OrdersService.Value.Routes.OfType<Route<Order>>().Single(route => route.Event.Name == ((IEvent)refund).Type.Name);
            Assert.Equal(["o"], route.Ids((IEvent)refund));
            Assert.Empty(route.Ids((IEvent)(refund with { Dispute = null })));
        }
    }

    [Fact]
    public void Seats_of_a_disputed_order_are_given_back_like_any_others() => Given(Some.Order(Completed))
        .When(order => Order.Disputed(order, Disputed))
        .When(order => Order.Keep(order, Some.Buyer, [("t", 1)], Some.Noon))
        .Then(Some.Is<OrderCompleted>(5) with { Dispute = DisputeState.Disputed, Refund = 10, Lines = [Some.Line() with { Cancelled = 1 }] })
        .When(order => Order.Cancel(order, Some.Buyer, Some.Noon))
        .Then(Some.Is<OrderCancelled>(6, "cancelled_by_user") with { Dispute = DisputeState.Disputed, Refund = 10, Lines = [Some.Line() with { Cancelled = 1 }] });

    [Fact]
    public void A_disputed_order_that_is_not_known_is_cancelled_and_marked() => GivenNo<Order>()
        .When(order => Order.Disputed(order, Disputed)).Then(Unknown(1) with { Dispute = DisputeState.Disputed }).Warns()
        .When(order => Order.Disputed(order, Disputed)).ThenNothing()
        .When(order => Order.Disputed(order, Of(4, DisputeState.Lost))).Then(Unknown(2) with { Dispute = DisputeState.Lost });

    [Fact]
    public void An_order_that_turned_out_to_be_unknown_is_marked_whatever_it_cost() => GivenNo<Order>()
        .When(order => Order.Expired(order, new() { Id = "o", OrderId = "o", Version = 1 }, Some.Noon))
        .When(order => Order.Disputed(order, Disputed))
        .Then(Unknown(2) with { UserId = Order.Unknown, Price = 0, Currency = "XXX", Dispute = DisputeState.Disputed });

    [Theory]
    [InlineData("another", 20, "USD")]
    [InlineData(Some.Buyer, 19.99, "USD")]
    [InlineData(Some.Buyer, 20, "EUR")]
    public void A_dispute_by_another_or_over_another_amount_is_not_accepted(string userId, decimal amount, string currency)
    {
        foreach (var status in Enum.GetValues<OrderStatus>())
        {
            Given(Some.Order(status)).When(order => Order.Disputed(order, Disputed with { UserId = userId, Amount = amount, Currency = currency }))
                .ThenRefused(RefusalKind.Conflict);
        }
    }

    [Fact]
    public void An_order_that_nobody_can_have_paid_is_not_marked() =>
        Given(Some.TwoTickets()).When(order => Order.Disputed(order, Disputed with { Amount = 30 })).ThenNothing();

    [Fact]
    public void A_dispute_is_stored_as_it_is_told_and_only_if_there_is_one()
    {
        var json = JsonSerializer.Serialize(Order.Disputed(Some.Order(Completed), Of(3, DisputeState.Lost)).State!, Order.Documents.Json);
        Assert.Contains("\"dispute\":\"dispute_lost\",\"disputeVersion\":3", json, StringComparison.Ordinal);
        Assert.DoesNotContain("ispute", JsonSerializer.Serialize(Some.Order(Completed), Order.Documents.Json), StringComparison.Ordinal);
    }

    private static PaymentDisputed Of(long version, DisputeState dispute) =>
        new() { Id = "p", OrderId = "o", UserId = Some.Buyer, Amount = 20, Currency = "USD", Dispute = dispute, Version = version };

    private static PaymentSucceeded Paid(long version) => new() { Id = "p", OrderId = "o", UserId = Some.Buyer, Amount = 20, Currency = "USD", Version = version };

    private static T Refund<T>(long version)
        where T : PaymentEvent, new() => new() { Id = "p", OrderId = "o", UserId = Some.Buyer, Amount = 20, Currency = "USD", Dispute = DisputeState.Won, Version = version };

    private static OrderCancelled Unknown(long version) => Some.Is<OrderCancelled>(version, "unknown_order") with
    {
        TicketId = Order.Unknown,
        Quantity = 1,
        Lines = [new() { TicketId = Order.Unknown, Quantity = 1 }],
        ExpiresAt = DateTimeOffset.UnixEpoch,
    };
}
