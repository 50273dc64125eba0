using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Payments;

/// <summary>A bank that wants its customer to confirm the charge.</summary>
public sealed class ActionTests
{
    private static readonly DateTimeOffset Later = Some.Noon.AddSeconds(30);
    private static readonly DocumentIndex<OrderPayment> Index = OrderPayment.Documents.Indexes.Single(index => index.Name == "due");

    internal static ChargeResult Wanted { get; } = new("pi_1", Action: new("redirect_to_url", "https://bank.example/confirm", "pi_1_secret"));

    [Fact]
    public void A_charge_that_its_buyer_must_confirm_waits_is_told_once_and_is_asked_for_after_a_minute() => Given(Some.Processing())
        .When(payment => OrderPayment.Charged(payment, "p", Wanted, Later)).Then(Tells<PaymentRequiresAction>(2))
        .With(payment => Assert.Equal(IndexQuery.Key(Later.AddMinutes(1)), Index.Key(payment)))
        .With(payment => Assert.Equal(
            (PaymentStatus.RequiresAction, "pi_1_secret", new NextActionResponse("redirect_to_url", "https://bank.example/confirm")),
            (PaymentResponse.Of(payment).Status, PaymentResponse.Of(payment).ClientSecret, PaymentResponse.Of(payment).NextAction)))
        .With(payment => Assert.Equal(GatewayCall.Ask, payment.CallDue))
        .When(payment => OrderPayment.Charged(payment, "p", Wanted, Later)).ThenNothing();

    [Fact]
    public void Asked_again_it_may_still_wait() => Given(Waiting())
        .When(payment => OrderPayment.Claim(payment!, Later.AddMinutes(1), TimeSpan.FromSeconds(20)))
        .When(payment => OrderPayment.Take(payment, Found(Wanted), Later.AddMinutes(1))).Then()
        .With(payment => Assert.Equal((IndexQuery.Key(Later.AddMinutes(2)), 0), (Index.Key(payment), payment.Payment!.Tries)));

    [Fact]
    public void Confirmed_it_is_captured() => Given(Waiting())
        .When(payment => OrderPayment.Take(payment, Found(new("pi_1")), Later)).Then(Tells<PaymentSucceeded>(3))
        .With(payment => Assert.Equal((null, null, Later), (Index.Key(payment), payment.Payment!.Action, payment.Payment.DecidedAt)))
        .When(payment => OrderPayment.Take(payment, Found(new("pi_1")), Later)).ThenNothing()
        // The provider said this before, and it arrives now.
        .When(payment => OrderPayment.Take(payment, Found(Wanted), Later)).ThenNothing();

    [Fact]
    public void Not_confirmed_it_is_declined_and_may_be_tried_again() => Given(Waiting())
        .When(payment => OrderPayment.Take(payment, Found(new("pi_1", "payment_intent_authentication_failure")), Later))
        .Then(Tells<PaymentFailed>(3) with { Reason = "payment_intent_authentication_failure", AttemptsLeft = 1 })
        .With(payment => Assert.Equal((null, true), (Index.Key(payment), payment.Payment!.MayTryAgain)));

    [Fact]
    public void While_it_waits_another_call_is_answered_with_it() => Given(Waiting())
        .When(payment => OrderPayment.Pay(payment, new("p", Some.Buyer, "pm_card_visa", 2), Later, Later, Later)).ThenNothing();

    [Fact]
    public void It_is_cancelled_when_its_order_dies() => Given(Waiting())
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(3), Later)).Then()
        .With(payment => Assert.Equal((IndexQuery.Key(Later), GatewayCall.Cancel), (Index.Key(payment), payment.CallDue)))
        .When(payment => OrderPayment.Charged(payment, "p", new("pi_1", "canceled"), Later))
        .Then(Tells<PaymentFailed>(3) with { Reason = "canceled", AttemptsLeft = 1 })
        .With(payment => Assert.Null(Index.Key(payment)));

    [Fact]
    public void If_its_buyer_was_faster_than_its_cancellation_the_money_goes_back() => Given(Waiting())
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(3), Later))
        .When(payment => OrderPayment.Charged(payment, "p", new("pi_1"), Later)).Then(Tells<PaymentSucceeded>(3))
        .With(payment => Assert.Equal((GatewayCall.Refund, 20), (payment.CallDue, payment.RefundDue)));

    [Fact]
    public void A_charge_without_an_answer_is_voided_once_its_order_is_dead() => Given(Some.Processing())
        .With(payment => Assert.Equal(GatewayCall.Charge, payment.CallDue))
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(3), Later))
        .With(payment => Assert.Equal(GatewayCall.Cancel, payment.CallDue));

    [Fact]
    public void A_charge_is_not_sent_with_a_key_that_the_gateway_may_have_forgotten()
    {
        Assert.True(Some.Processing().Payment!.IsKeyKnown(Some.Noon.AddHours(22)));
        Assert.False(Some.Processing().Payment!.IsKeyKnown(Some.Noon.AddHours(23)));
    }

    [Fact]
    public void A_charge_that_the_gateway_has_not_decided_is_asked_for_by_its_name() => Given(Some.Processing())
        .When(payment => OrderPayment.Charged(payment, "p", new("pi_1") { IsUndecided = true }, Later)).Then()
        .With(payment => Assert.NotEqual(Some.Processing().ETag, payment.ETag))
        .With(payment => Assert.Equal(
            (PaymentStatus.Processing, GatewayCall.Ask, IndexQuery.Key(Later.AddMinutes(1))), (payment.Payment!.Status, payment.CallDue, Index.Key(payment))))
        .When(payment => OrderPayment.Take(payment, Found(new("pi_1")), Later)).Then(Tells<PaymentSucceeded>(2));

    [Theory]
    [InlineData("payment_intent.requires_action", true)]
    [InlineData("payment_intent.succeeded", false)]
    [InlineData("payment_intent.payment_failed", false)]
    [InlineData("charge.refunded", false)]
    public void What_is_known_already_need_not_be_asked_for(string type, bool isKnown)
    {
        Assert.Equal(isKnown, Waiting().Payment!.Says("pi_1", type));
        Assert.False(Waiting().Payment!.Says("pi_2", type));
    }

    [Fact]
    public void Outcomes_are_known_of_the_attempts_that_they_are_of()
    {
        Assert.True(Some.Captured().Payment!.Says("ch_1", "payment_intent.succeeded"));
        Assert.False(Some.Captured().Payment!.Says("ch_2", "payment_intent.succeeded"));
        Assert.True(Some.Declined().Payment!.Says("ch_1", "payment_intent.payment_failed"));
        var again = OrderPayment.Pay(Some.Declined(), new("p", Some.Buyer, "pm_card_visa", 2), Some.Noon, Some.Noon, Some.Noon).State!;
        Assert.True(again.Payment!.Says("ch_1", "payment_intent.payment_failed"));
        Assert.False(again.Payment!.Says("ch_2", "payment_intent.payment_failed"));
    }

    internal static OrderPayment Waiting() => OrderPayment.Charged(Some.Processing(), "p", Wanted, Later).State!;

    internal static ProviderCharge Found(ChargeResult result, IReadOnlyList<MadeRefund>? refunds = null, IReadOnlyList<Dispute>? disputes = null) =>
        new(result, "o", "p", 1, "pm_card_visa", result.IsCaptured ? 20 : 0, Some.Noon, refunds ?? [], disputes ?? []);

    internal static T Tells<T>(long version)
        where T : PaymentEvent, new() => new()
        {
            Id = "p",
            OrderId = "o",
            UserId = Some.Buyer,
            PaymentId = "pi_1",
            Amount = 20,
            Currency = "USD",
            Version = version,
        };
}
