using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Payments;

public sealed class PayTests
{
    private static readonly DateTimeOffset DueAt = Some.Noon.AddSeconds(20);
    private static readonly DateTimeOffset AnswerBy = Some.Noon.AddMinutes(1);

    [Fact]
    public void A_buyer_pays_what_waits_for_payment()
    {
        var paid = Given(Some.Unpaid<OrderPending>(2)).When(payment => Pay(payment, "pm_card_visa"));

        var payment = paid.State!.Payment!;
        paid.Then(Created(1));
        Assert.Equal(new Payment("p", "pm_card_visa", PaymentStatus.Processing, 1, DueAt: DueAt, AnswerBy: AnswerBy, AttemptsLeft: 1) { StartedAt = Some.Noon }, payment);
    }

    [Theory]
    [InlineData("pm_card_visa")]
    [InlineData("pm_card_mastercard")]
    public void A_payment_that_is_there_is_the_answer_whatever_the_method(string method)
    {
        Given(Some.Processing()).When(payment => Pay(payment, method)).ThenNothing();
        Given(Some.Captured()).When(payment => Pay(payment, method)).ThenNothing();
    }

    [Fact]
    public void A_payment_is_the_answer_even_after_its_order_ended() => Given(Some.Captured())
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(3), Some.Noon))
        .When(payment => Pay(payment, "pm_card_visa")).ThenNothing();

    [Theory]
    [InlineData(PaymentStatus.Refunding)]
    [InlineData(PaymentStatus.PartiallyRefunded)]
    [InlineData(PaymentStatus.Refunded)]
    public void Money_that_went_back_is_not_charged_again(PaymentStatus status)
    {
        // Attempts are left, and nothing says that the order does not wait for its payment.
        var captured = Some.Captured();
        Given(captured with { Payment = captured.Payment! with { Status = status, Refunded = 5 } })
            .When(payment => Pay(payment, "pm_card_visa", key: "another")).ThenNothing();
    }

    [Fact]
    public void An_order_that_does_not_wait_for_payment_cannot_be_paid()
    {
        Given(Some.Unpaid<OrderCreated>(1)).When(payment => Pay(payment, "pm_card_visa")).ThenRefused(RefusalKind.Conflict);
        Given(Some.Unpaid<OrderCompleted>(3)).When(payment => Pay(payment, "pm_card_visa")).ThenRefused(RefusalKind.Conflict);
        Given(Some.Unpaid<OrderCancelled>(3)).When(payment => Pay(payment, "pm_card_visa")).ThenRefused(RefusalKind.Conflict);
        Given(Some.Unpaid<OrderFailed>(3)).When(payment => Pay(payment, "pm_card_visa")).ThenRefused(RefusalKind.Conflict);
    }

    [Fact]
    public void A_free_order_is_not_paid_and_its_completion_is_followed_without_a_payment()
    {
        var free = OrderPayment.Follow(null, Some.Created() with { Price = 0 }, Some.Noon).State;
        var refused = Given(free)
            .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCompleted>(2) with { Price = 0 }, Some.Noon)).Then()
            .With(payment => Assert.Equal((OrderStatus.Completed, 2L, null), (payment.OrderStatus, payment.OrderVersion, payment.Payment)))
            .When(payment => Pay(payment, "pm_card_visa")).ThenRefused(RefusalKind.Conflict);
        Assert.Equal("The order is free: there is nothing to pay.", refused.Refusal!.Detail);
        Given(free).When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(2) with { Price = 0 }, Some.Noon)).Then()
            .With(payment => Assert.Null(payment.Payment));
    }

    [Fact]
    public void Anothers_order_does_not_exist()
    {
        GivenNo<OrderPayment>().When(payment => Pay(payment, "pm_card_visa")).ThenRefused(RefusalKind.NotFound);
        Given(Some.Unpaid<OrderPending>(2)).When(payment => Pay(payment, "pm_card_visa", "someone else")).ThenRefused(RefusalKind.NotFound);
        Given(Some.Captured()).When(payment => Pay(payment, "pm_card_visa", "someone else")).ThenRefused(RefusalKind.NotFound);
    }

    [Fact]
    public void A_buyer_may_try_again_after_a_decline_with_another_charge_until_no_attempt_is_left() => Given(Some.Declined())
        .When(payment => Pay(payment, "pm_card_mastercard"))
        .Then(Created(3))
        .With(payment => Assert.Equal(("p/2", "pm_card_mastercard", 0), (payment.Payment!.ChargeKey, payment.Payment.Method, payment.Payment.AttemptsLeft)))
        .With(payment => Assert.Equal([new("pm_card_visa", "lost_card", "ch_1", null, Some.Noon, Some.Noon)], payment.Payment!.Declined))
        // The answer to the first attempt, told twice.
        .When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1", "lost_card"), Some.Noon)).ThenNothing()
        .When(payment => OrderPayment.Charged(payment, "p/2", new ChargeResult("ch_2", "card_declined"), Some.Noon))
        .Then(new PaymentFailed { Id = "p", OrderId = "o", UserId = Some.Buyer, PaymentId = "ch_2", Amount = 20, Currency = "USD", Reason = "card_declined", Version = 4 })
        .When(payment => Pay(payment, "pm_card_visa")).ThenNothing();

    [Fact]
    public void A_call_that_is_repeated_with_its_key_is_no_new_attempt()
    {
        var first = Given(Some.Unpaid<OrderPending>(2)).When(payment => Pay(payment, "pm_card_visa", key: "1"))
            .When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1", "lost_card"), Some.Noon))
            .When(payment => Pay(payment, "pm_card_visa", key: "1")).ThenNothing();
        first.When(payment => Pay(payment, "pm_card_visa", key: "2")).Then(Created(3))
            .When(payment => OrderPayment.Charged(payment, "p/2", new ChargeResult("ch_2"), Some.Noon))
            .When(payment => Pay(payment, "pm_card_visa", key: "1")).ThenNothing();
    }

    [Fact]
    public void A_key_that_was_used_for_another_method_is_refused() => Given(Some.Unpaid<OrderPending>(2))
        .When(payment => Pay(payment, "pm_card_visa", key: "1"))
        .When(payment => Pay(payment, "pm_card_amex", key: "1")).ThenRefused(RefusalKind.KeyReused)
        .When(payment => OrderPayment.Charged(payment, "p", new ChargeResult("ch_1", "lost_card"), Some.Noon))
        .When(payment => Pay(payment, "pm_card_amex", key: "1")).ThenRefused(RefusalKind.KeyReused)
        .When(payment => Pay(payment, "pm_card_amex", key: "2")).Then(Created(3))
        .When(payment => Pay(payment, "pm_card_amex", key: "1")).ThenRefused(RefusalKind.KeyReused)
        .When(payment => Pay(payment, "pm_card_visa", "someone else", key: "1")).ThenRefused(RefusalKind.NotFound);

    [Fact]
    public void A_declined_payment_is_the_answer_once_its_order_has_ended() => Given(Some.Declined())
        .When(payment => OrderPayment.Follow(payment, Some.Is<OrderCancelled>(3), Some.Noon))
        .When(payment => Pay(payment, "pm_card_visa")).ThenNothing();

    [Theory]
    [InlineData(0, false)]
    [InlineData(119_499, false)]
    // Orders must hear of it before it ends the hold.
    [InlineData(119_500, true)]
    [InlineData(120_000, true)]
    public void A_payment_begins_within_the_hold(int milliseconds, bool isTooLate)
    {
        var now = Some.Noon.AddMilliseconds(milliseconds);
        foreach (var payment in (OrderPayment[])[Some.Unpaid<OrderPending>(2), Some.Declined()])
        {
            var tried = Given(payment).When(payment => Pay(payment, "pm_card_visa", now: now));
            if (isTooLate)
                tried.ThenRefused(RefusalKind.Conflict);
            else
                Assert.IsType<PaymentCreated>(Assert.Single(tried.Events));
        }
        // One that began before is the answer.
        Given(Some.Processing()).When(payment => Pay(payment, "pm_card_visa", now: now)).ThenNothing();
    }

    private static PaymentCreated Created(long version) => new()
    {
        Id = "p",
        OrderId = "o",
        UserId = Some.Buyer,
        Amount = 20,
        Currency = "USD",
        AnswerBy = AnswerBy,
        Version = version,
    };

    private static Decision<OrderPayment> Pay(OrderPayment? payment, string method, string user = Some.Buyer, string? key = null, DateTimeOffset? now = null) =>
        OrderPayment.Pay(payment, new("p", user, method, MaxAttempts: 2, key), now ?? Some.Noon, DueAt, AnswerBy);
}
