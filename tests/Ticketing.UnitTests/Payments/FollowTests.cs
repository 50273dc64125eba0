using Ticketing.Contracts;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Payments;

/// <summary>A payment follows its order, and money does not outlive it.</summary>
public sealed class FollowTests
{
    private static readonly DateTimeOffset Later = Some.Noon.AddMinutes(1);

    [Fact]
    public void An_order_is_known_here_as_its_event_tells_it() => GivenNo<OrderPayment>()
        .When(payment => OrderPayment.Follow(payment, Some.Created(), Some.Noon)).Then()
        .With(payment => Assert.Equal([Some.Seller], payment.SellerIds))
        .With(payment => Assert.Equal(
            new OrderPayment
            {
                OrderId = "o",
                UserId = Some.Buyer,
                Price = 20,
                Currency = "USD",
                OrderStatus = OrderStatus.Created,
                OrderVersion = 1,
                ExpiresAt = Some.Noon + Some.Hold,
                SellerIds = payment.SellerIds,
            },
            payment));

    [Fact]
    public void Sellers_are_known_each_once_from_the_first_event_that_names_them() => GivenNo<OrderPayment>()
        .When(payment => OrderPayment.Follow(payment, Some.Created() with { Lines = null }, Some.Noon))
        .With(payment => Assert.Null(payment.SellerIds))
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderPending>(2) with { Lines = [Sells("a"), Sells("b"), Sells(null), Sells("a")] }, Some.Noon))
        .With(payment => Assert.Equal(["a", "b"], payment.SellerIds))
        // An instance of before sellers were named tells it.
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCompleted>(3) with { Lines = [Sells(null)] }, Some.Noon))
        .With(payment => Assert.Equal(["a", "b"], payment.SellerIds));

    [Fact]
    public void That_an_order_is_told_again_with_its_sellers_is_no_write() => Given(Some.Unpaid<OrderPending>(2) with { SellerIds = null })
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderPending>(2), Later)).ThenNothing();

    private static OrderLine Sells(string? sellerId) => Some.Line() with { SellerId = sellerId };

    [Fact]
    public void A_version_that_is_here_or_older_changes_nothing() => Given(Some.Unpaid<OrderPending>(2))
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderPending>(2), Later)).ThenNothing()
        .When(payment => OrderPayment.Follow(payment, Some.Created(), Later)).ThenNothing();

    [Fact]
    public void A_hold_that_is_prolonged_for_a_payment_is_not_prolonged_for_another_one() => Given(Some.Processing())
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderPending>(3) with { ExpiresAt = Some.Noon.AddHours(1) }, Later)).Then()
        .With(payment => Assert.Equal(Some.Noon + Some.Hold, payment.ExpiresAt));

    [Fact]
    public void A_payment_stays_when_its_order_moves_on() => Given(Some.Captured())
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCompleted>(3), Later)).Then()
        .With(payment => Assert.Equal((OrderStatus.Completed, Some.Captured().Payment), (payment.OrderStatus, payment.Payment)));

    [Fact]
    public void Captured_money_goes_back_as_soon_as_its_order_is_dead()
    {
        Given(Some.Captured()).When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(3), Later)).Then().With(IsRefunding);
        Given(Some.Captured()).When(payment => OrderPayment.Follow(payment, Some.Is<OrderFailed>(3), Later)).Then().With(IsRefunding);
    }

    [Fact]
    public void Money_goes_back_even_if_the_orders_completion_was_never_heard_of() => Given(Some.Captured())
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(4), Later)).With(IsRefunding);

    [Fact]
    public void A_charge_that_is_under_way_when_its_order_dies_goes_on_and_is_refunded_when_it_captured() => Given(Some.Processing())
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(3), Later)).Then()
        .With(payment => Assert.Equal(PaymentStatus.Processing, payment.Payment!.Status))
        .With(payment => Assert.Equal(Some.Processing().Payment!.DueAt, payment.Payment!.DueAt))
        .When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1"), Later))
        .With(IsRefunding);

    [Fact]
    public void The_end_of_an_order_told_again_refunds_nothing_twice() => Given(Some.Captured())
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(3), Later))
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(3), Later)).ThenNothing()
        .When(payment => OrderPayment.Refunded(payment, "p/refund", Some.Sent, Later))
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(3), Later)).ThenNothing();

    [Fact]
    public void The_end_of_an_order_counts_whatever_its_version_and_leaves_its_price_and_buyer() => Given(Some.Captured())
        .When(payment => OrderPayment.Follow(
            payment, Some.Is<OrderCancelled>(1, "unknown_order") with { UserId = "unknown", Price = 0, Currency = "XXX" }, Later)).Then()
        .With(IsRefunding)
        .With(payment => Assert.Equal(
            (Some.Buyer, 20, "USD", OrderStatus.Cancelled, 2), (payment.UserId, payment.Price, payment.Currency, payment.OrderStatus, payment.OrderVersion)));

    [Fact]
    public void A_dead_order_does_not_come_back() => Given(Some.Unpaid<OrderCancelled>(2))
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderPending>(3), Later)).ThenNothing();

    [Fact]
    public void A_gap_between_versions_is_told() => Given(Some.Unpaid<OrderCreated>(1))
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCompleted>(3), Later)).Then().Warns();

    [Fact]
    public void A_declined_payment_has_nothing_to_give_back() => Given(Some.Processing())
        .When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1", "card_declined"), Later))
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderFailed>(3), Later)).Then()
        .With(payment => Assert.Equal((PaymentStatus.Failed, null), (payment.Payment!.Status, payment.Payment.DueAt)));

    private static void IsRefunding(OrderPayment payment) =>
        Assert.Equal((PaymentStatus.Refunding, Later, 20), (payment.Payment!.Status, payment.Payment.DueAt, payment.RefundDue));
}
