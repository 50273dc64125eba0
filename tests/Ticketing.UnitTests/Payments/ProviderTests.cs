using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using static Ticketing.UnitTests.Payments.ActionTests;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Payments;

/// <summary>What the provider says of refunds and disputes is taken over, whoever made them, in whatever order it is heard.</summary>
public sealed class ProviderTests
{
    private static readonly DateTimeOffset Later = Some.Noon.AddDays(3);
    private static readonly ChargeResult Captured = new("pi_1");
    private static readonly RefundResult Pending = new("re_1", RefundStatus.Pending);

    [Fact]
    public void A_refund_that_fails_later_is_told_and_waits_for_an_operator() => Given(Refunded())
        .When(payment => OrderPayment.Take(payment, Found(Captured, [Made(RefundStatus.Failed)]), Later))
        .Then(Tells<PaymentRefundFailed>(4) with { Refunded = 0, Failed = 20, SellerIds = [Some.Seller], Reason = "lost_or_stolen_card" })
        .With(payment => Assert.Equal((PaymentStatus.RefundFailed, null, 0), (payment.Payment!.Status, payment.Payment.DueAt, payment.AmountRefunded)))
        .With(IsListed(true))
        .When(payment => OrderPayment.Take(payment, Found(Captured, [Made(RefundStatus.Failed)]), Later)).ThenNothing()
        // What was said before it failed, heard later.
        .When(payment => OrderPayment.Take(payment, Found(Captured, [Made(RefundStatus.Succeeded)]), Later)).ThenNothing();

    [Fact]
    public void An_operator_has_it_sent_again_as_another_refund() => Given(Failed())
        .When(payment => OrderPayment.RetryRefund(payment, Later)).Then()
        .With(payment => Assert.Equal(
            (PaymentStatus.Refunding, Later, 20, "p/refund/2"), (payment.Payment!.Status, payment.Payment.DueAt, payment.RefundDue, payment.Payment.RefundKey)))
        .With(IsListed(false))
        .When(payment => OrderPayment.RetryRefund(payment, Later)).ThenRefused(RefusalKind.Conflict)
        .When(payment => OrderPayment.Refunded(payment, "p/refund/2", new("re_2", RefundStatus.Succeeded), Later)).Then(Tells<PaymentRefunded>(5))
        .With(payment => Assert.Equal((20, 2), (payment.AmountRefunded, PaymentResponse.Of(payment).Refunds.Count)));

    [Fact]
    public void Each_refund_that_fails_makes_more_of_what_has_failed_and_nothing_else_does() => Given(Failed())
        // Somebody else sends a part of it back.
        .When(payment => OrderPayment.Take(payment, Found(Captured, [Made(RefundStatus.Failed), ByHand(5)]), Later))
        .Then(Tells<PaymentRefundFailed>(5) with { Refunded = 5, Failed = 20, SellerIds = [Some.Seller], Reason = "lost_or_stolen_card" })
        .When(payment => OrderPayment.RetryRefund(payment, Later)).Then()
        .When(payment => OrderPayment.Refunded(payment, "p/refund/2", new("re_2", RefundStatus.Failed, "expired_or_canceled_card"), Later))
        .Then(Tells<PaymentRefundFailed>(6) with { Refunded = 5, Failed = 35, SellerIds = [Some.Seller], Reason = "expired_or_canceled_card" });

    [Fact]
    public void Only_a_refund_that_failed_is_tried_again()
    {
        GivenNo<OrderPayment>().When(payment => OrderPayment.RetryRefund(payment, Later)).ThenRefused(RefusalKind.NotFound);
        Given(Some.Unpaid<OrderPending>(2)).When(payment => OrderPayment.RetryRefund(payment, Later)).ThenRefused(RefusalKind.NotFound);
        Given(Refunded()).When(payment => OrderPayment.RetryRefund(payment, Later)).ThenRefused(RefusalKind.Conflict);
    }

    [Fact]
    public void A_refund_that_the_gateway_refuses_is_not_sent_every_20_seconds() => Given(Refunding())
        .When(payment => OrderPayment.Refunded(payment, "p/refund", new(null, RefundStatus.Failed, "charge_expired"), Later))
        .Then(Tells<PaymentRefundFailed>(3) with { Refunded = 0, Failed = 20, SellerIds = [Some.Seller], Reason = "charge_expired" })
        .With(payment => Assert.Equal((PaymentStatus.RefundFailed, null), (payment.Payment!.Status, payment.Payment.DueAt)));

    [Fact]
    public void A_refund_that_was_refused_and_that_a_call_of_another_instance_made_after_that_is_made() => Given(Refunding())
        .When(payment => OrderPayment.Refunded(payment, "p/refund", new(null, RefundStatus.Failed, "charge_disputed"), Later))
        .With(payment => Assert.Equal(PaymentStatus.RefundFailed, payment.Payment!.Status))
        .When(payment => OrderPayment.Take(payment, Found(Captured, [Made(RefundStatus.Succeeded)]), Later)).Then(Tells<PaymentRefunded>(4))
        .With(payment => Assert.Equal((PaymentStatus.Refunded, 20, null), (payment.Payment!.Status, payment.AmountRefunded, payment.Payment.RefundFailure)));

    [Fact]
    public void A_call_that_fails_is_tried_again_less_and_less_often() => Given(Refunding())
        .When(payment => OrderPayment.Claim(payment!, Later, TimeSpan.FromSeconds(20)))
        .With(IsDueIn(20))
        .When(payment => OrderPayment.Claim(payment!, Later.AddHours(1), TimeSpan.FromSeconds(20)))
        .With(IsDueIn(3600 + 40))
        .When(payment => OrderPayment.Claim(payment! with { Payment = payment.Payment! with { Tries = 100 } }, Later.AddHours(2), TimeSpan.FromSeconds(20)))
        .With(IsDueIn(7200 + (20 * 32)));

    [Fact]
    public void A_refund_that_is_on_its_way_is_asked_for_after_an_hour() => Given(Refunding())
        .When(payment => OrderPayment.Refunded(payment, "p/refund", Pending, Later)).Then(Tells<PaymentRefunded>(3))
        .With(payment => Assert.Equal((Later.AddHours(1), GatewayCall.Ask), (payment.Payment!.DueAt, payment.CallDue)))
        .When(payment => OrderPayment.Take(payment, Found(Captured, [Made(RefundStatus.Succeeded)]), Later.AddHours(1))).Then(Tells<PaymentRefunded>(4))
        .With(payment => Assert.Equal((RefundStatus.Succeeded, null), (payment.Payment!.MadeRefunds![0].Status, payment.Payment.DueAt)));

    [Fact]
    public void A_refund_whose_answer_stayed_away_is_known_by_its_key() => Given(Refunding())
        .When(payment => OrderPayment.Take(payment, Found(Captured, [Made(RefundStatus.Succeeded)]), Later)).Then(Tells<PaymentRefunded>(3))
        .With(payment => Assert.Equal((PaymentStatus.Refunded, 20, "re_1"), (payment.Payment!.Status, payment.AmountRefunded, payment.Payment.MadeRefunds![0].GatewayId)))
        // Its answer comes late.
        .When(payment => OrderPayment.Refunded(payment, "p/refund", new("re_1", RefundStatus.Succeeded), Later)).ThenNothing();

    [Fact]
    public void What_somebody_else_sends_back_counts() => Given(Paid())
        .When(payment => OrderPayment.Take(payment, Found(Captured, [ByHand(5)]), Later)).Then(Tells<PaymentPartiallyRefunded>(3) with { Refunded = 5 })
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(4), Later))
        .With(payment => Assert.Equal(15, payment.RefundDue));

    [Fact]
    public void A_refund_that_is_refused_since_somebody_else_made_it_is_not_needed() => Given(Refunding())
        .When(payment => OrderPayment.Take(payment, Found(Captured, [ByHand(20)]), Later)).Then(Tells<PaymentRefunded>(3))
        .When(payment => OrderPayment.Refunded(payment, "p/refund", new(null, RefundStatus.Failed, "charge_already_refunded"), Later)).Then()
        .With(payment => Assert.Equal((PaymentStatus.Refunded, null), (payment.Payment!.Status, payment.Payment.DueAt)));

    [Fact]
    public void A_refund_of_less_takes_its_place_if_a_part_was_made_by_somebody_else() => Given(Refunding())
        .When(payment => OrderPayment.Take(payment, Found(Captured, [ByHand(5)]), Later))
        .When(payment => OrderPayment.Refunded(payment, "p/refund", new(null, RefundStatus.Failed, "amount_too_large"), Later)).Then()
        .With(payment => Assert.Equal((15, "p/refund/2"), (payment.RefundDue, payment.Payment!.RefundKey)));

    [Fact]
    public void A_refund_that_failed_needs_no_other_one_once_the_money_has_gone_back_by_hand() => Given(Failed())
        .When(payment => OrderPayment.Take(payment, Found(Captured, [Made(RefundStatus.Failed), ByHand(20)]), Later)).Then(Tells<PaymentRefunded>(5))
        .With(IsListed(false));

    [Fact]
    public void A_dispute_is_told_and_its_end_is() => Given(Paid())
        .When(payment => OrderPayment.Take(payment, Found(Captured, disputes: [Disputed()]), Later))
        .Then(Tells<PaymentDisputed>(3) with { Dispute = DisputeState.Disputed })
        .With(payment => Assert.Equal((Later.AddHours(1), GatewayCall.Ask), (payment.Payment!.DueAt, payment.CallDue)))
        .When(payment => OrderPayment.Take(payment, Found(Captured, disputes: [Disputed(DisputeState.Won)]), Later.AddDays(1)))
        .Then(Tells<PaymentDisputed>(4) with { Dispute = DisputeState.Won })
        .With(payment => Assert.Equal(
            new DisputeResponse("dp_1", 20, DisputeState.Won, "fraudulent", Some.Noon, Later.AddDays(1)), Assert.Single(PaymentResponse.Of(payment).Disputes)))
        .With(payment => Assert.Null(payment.Payment!.DueAt))
        .When(payment => OrderPayment.Take(payment, Found(Captured, disputes: [Disputed()]), Later.AddDays(1))).ThenNothing();

    [Fact]
    public void Nothing_goes_back_until_the_bank_has_decided() => Given(InDispute())
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(4), Later)).Then()
        .With(payment => Assert.Equal((PaymentStatus.Succeeded, 0), (payment.Payment!.Status, payment.RefundDue)))
        .When(payment => OrderPayment.Take(payment, Found(Captured, disputes: [Disputed(DisputeState.Won)]), Later))
        .With(payment => Assert.Equal((PaymentStatus.Refunding, 20), (payment.Payment!.Status, payment.RefundDue)));

    [Fact]
    public void What_the_bank_took_back_for_good_is_not_refunded_too() => Given(InDispute())
        .When(payment => OrderPayment.Take(payment, Found(Captured, disputes: [Disputed(DisputeState.Lost)]), Later))
        .Then(Tells<PaymentDisputed>(4) with { Dispute = DisputeState.Lost })
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(4), Later)).Then()
        .With(payment => Assert.Equal((0, null), (payment.RefundDue, payment.Payment!.DueAt)));

    [Fact]
    public void A_refund_that_is_refused_for_a_dispute_waits_for_its_end() => Given(Refunding())
        .When(payment => OrderPayment.Take(payment, Found(Captured, disputes: [Disputed()]), Later)).Then(Tells<PaymentDisputed>(3) with { Dispute = DisputeState.Disputed })
        .When(payment => OrderPayment.Refunded(payment, "p/refund", new(null, RefundStatus.Failed, "charge_disputed"), Later)).Then()
        .With(payment => Assert.Equal((PaymentStatus.Succeeded, 0), (payment.Payment!.Status, payment.RefundDue)))
        .When(payment => OrderPayment.Take(payment, Found(Captured, disputes: [Disputed(DisputeState.Won)]), Later))
        .With(payment => Assert.Equal((PaymentStatus.Refunding, 20), (payment.Payment!.Status, payment.RefundDue)));

    [Fact]
    public void What_was_told_last_is_told_again_and_says_that_there_is_a_dispute()
    {
        Assert.Equal(DisputeState.Disputed, Assert.IsType<PaymentDisputed>(Assert.Single(InDispute().Tell())).Dispute);
        var refunded = OrderPayment.Take(Paid(), Found(Captured, [ByHand(5)], [Disputed()]), Later).State!;
        Assert.Equal((DisputeState.Disputed, 5), (refunded.Payment!.Dispute, Assert.IsType<PaymentDisputed>(Assert.Single(refunded.Tell())).Refunded));
    }

    [Fact]
    public void A_capture_that_nobody_recorded_is_the_payment_of_its_order() => Given(Some.Unpaid<OrderPending>(2))
        .When(payment => OrderPayment.Take(payment, Found(Captured), Later)).Then(Tells<PaymentSucceeded>(1001)).Warns()
        .When(payment => OrderPayment.Take(payment, Found(Captured), Later)).ThenNothing();

    [Fact]
    public void A_capture_that_nobody_recorded_goes_back_if_its_order_is_dead() => Given(Some.Unpaid<OrderCancelled>(3))
        .When(payment => OrderPayment.Take(payment, Found(Captured, [ByHand(5)]), Later))
        .Then(Tells<PaymentSucceeded>(1001), Tells<PaymentPartiallyRefunded>(1002) with { Refunded = 5 }).Warns()
        .With(payment => Assert.Equal((15, "p/refund/2"), (payment.RefundDue, payment.Payment!.RefundKey)));

    [Fact]
    public void A_capture_of_a_charge_that_was_given_up_goes_back() => Given(Dead())
        .When(payment => OrderPayment.Charged(payment, "p", new(null, "canceled"), Later))
        .When(payment => OrderPayment.Take(payment, Found(Captured), Later)).Then(Tells<PaymentSucceeded>(3)).Warns()
        .With(payment => Assert.Equal(20, payment.RefundDue));

    [Fact]
    public void A_capture_besides_the_payment_goes_back_as_a_whole() => Given(Paid())
        .When(payment => OrderPayment.Take(payment, Found(new("pi_0")), Later)).Then().Warns()
        .With(payment => Assert.Equal((GatewayCall.RefundStray, Later), (payment.CallDue, payment.Payment!.DueAt)))
        .When(payment => OrderPayment.Take(payment, Found(new("pi_0")), Later)).ThenNothing()
        .When(payment => OrderPayment.StrayRefunded(payment, "pi_0", Later)).Then()
        .With(payment => Assert.Equal((PaymentStatus.Succeeded, null), (payment.Payment!.Status, payment.Payment.DueAt)))
        .When(payment => OrderPayment.StrayRefunded(payment, "pi_0", Later)).ThenNothing()
        .When(payment => OrderPayment.Take(payment, Found(new("pi_0"), [ByHand(20)]), Later)).ThenNothing();

    [Fact]
    public void Charges_of_others_change_nothing()
    {
        GivenNo<OrderPayment>().When(payment => OrderPayment.Take(payment, Found(Captured), Later)).ThenNothing();
        Given(Some.Unpaid<OrderPending>(2)).When(payment => OrderPayment.Take(payment, Found(new("pi_1", "canceled")), Later)).ThenNothing();
        Given(Paid()).When(payment => OrderPayment.Take(payment, Found(new("pi_0", "card_declined")), Later)).ThenNothing();
        Given(Paid()).When(payment => OrderPayment.Take(payment, Found(Captured) with { OrderId = "another" }, Later)).ThenNothing();
    }

    private static OrderPayment Paid() => OrderPayment.Charged(Some.Processing(), "p", Captured, Some.Noon).State!;

    private static OrderPayment Dead() => OrderPayment.Follow(Some.Processing(), Some.Is<OrderCancelled>(3), Later).State!;

    private static OrderPayment Refunding() => OrderPayment.Follow(Paid(), Some.Is<OrderCancelled>(3), Later).State!;

    private static OrderPayment Refunded() => OrderPayment.Refunded(Refunding(), "p/refund", new("re_1", RefundStatus.Succeeded), Later).State!;

    private static OrderPayment Failed() => OrderPayment.Take(Refunded(), Found(Captured, [Made(RefundStatus.Failed)]), Later).State!;

    private static OrderPayment InDispute() => OrderPayment.Take(Paid(), Found(Captured, disputes: [Disputed()]), Later).State!;

    private static MadeRefund Made(RefundStatus status) =>
        new("p/refund", "re_1", 20, status, status == RefundStatus.Failed ? "lost_or_stolen_card" : null, Some.Noon);

    private static MadeRefund ByHand(decimal amount) => new(null, "re_hand", amount, RefundStatus.Succeeded, null, Some.Noon);

    private static Dispute Disputed(DisputeState state = DisputeState.Disputed) => new("dp_1", 20, state, "fraudulent", Some.Noon);

    private static Action<OrderPayment> IsDueIn(int seconds) => payment => Assert.Equal(Later.AddSeconds(seconds), payment.Payment!.DueAt);

    private static Action<OrderPayment> IsListed(bool isListed) => payment => Assert.Equal(
        isListed, OrderPayment.Documents.Indexes.Single(index => index.Name == "refund_failed").Key(payment) is not null);
}
