using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Payments;

/// <summary>Charges and refunds are due until their outcome is recorded, and recorded once.</summary>
public sealed class EffectTests
{
    private static readonly DateTimeOffset Due = Some.Noon.AddSeconds(20);
    private static readonly DocumentIndex<OrderPayment> Index = OrderPayment.Documents.Indexes.Single(index => index.Name == "due");

    [Fact]
    public void A_captured_charge_is_told_once() => Given(Some.Processing())
        .When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1"), Due))
        .Then(Tells<PaymentSucceeded>(2))
        .With(payment => Assert.Equal((PaymentStatus.Succeeded, "ch_1"), (payment.Payment!.Status, payment.Payment.GatewayId)))
        .With(payment => Assert.Null(Index.Key(payment)))
        .When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1"), Due)).ThenNothing();

    [Fact]
    public void A_declined_charge_is_told_once_with_the_gateways_reason() => Given(Some.Processing())
        .When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1", "lost_card"), Due))
        .Then(Tells<PaymentFailed>(2) with { Reason = "lost_card", AttemptsLeft = 1 })
        .With(payment => Assert.Null(Index.Key(payment)))
        .When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1", "lost_card"), Due)).ThenNothing();

    [Fact]
    public void Money_captured_for_an_order_that_died_meanwhile_is_told_and_goes_back_at_once() => Given(Some.Processing())
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(3), Some.Noon))
        .When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1"), Due))
        .Then(Tells<PaymentSucceeded>(2))
        .With(payment => Assert.Equal(IndexQuery.Key(Due), Index.Key(payment)))
        .With(payment => Assert.Equal(("p/refund", 20), (payment.Payment!.RefundKey, payment.RefundDue)))
        .When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1"), Due)).ThenNothing()
        .When(Refunded).Then(Tells<PaymentRefunded>(3))
        .With(payment => Assert.Null(Index.Key(payment)))
        .When(Refunded).ThenNothing();

    [Fact]
    public void Only_a_refund_that_is_due_can_be_done()
    {
        GivenNo<OrderPayment>().When(Refunded).ThenNothing();
        Given(Some.Unpaid<OrderPending>(2)).When(Refunded).ThenNothing();
        Given(Some.Processing()).When(Refunded).ThenNothing();
        Given(Some.Captured()).When(Refunded).ThenNothing();
    }

    [Fact]
    public void An_answer_to_no_charge_changes_nothing()
    {
        GivenNo<OrderPayment>().When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1"), Due)).ThenNothing();
        Given(Some.Unpaid<OrderPending>(2)).When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1"), Due)).ThenNothing();
    }

    private static Decision<OrderPayment> Refunded(OrderPayment? payment) => OrderPayment.Refunded(payment, "p/refund", Some.Sent, Due);

    private static T Tells<T>(long version)
        where T : PaymentEvent, new() => new()
        {
            Id = "p",
            OrderId = "o",
            UserId = Some.Buyer,
            PaymentId = "ch_1",
            Amount = 20,
            Currency = "USD",
            Version = version,
        };
}
