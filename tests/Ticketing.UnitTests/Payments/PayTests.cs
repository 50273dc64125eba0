using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Payments;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Payments;

public sealed class PayTests
{
    private static readonly DateTimeOffset DueAt = Some.Noon.AddSeconds(20);

    [Fact]
    public void A_buyer_pays_what_waits_for_payment()
    {
        var paid = Given(Some.Unpaid<OrderPending>(2)).When(payment => Pay(payment, "pm_card_visa"));

        var payment = paid.State!.Payment!;
        paid.Then(new PaymentCreated { Id = payment.Id, OrderId = "o", UserId = Some.Buyer, Amount = 20, Currency = "USD", Version = 1 });
        Assert.Equal(new Payment(payment.Id, "pm_card_visa", PaymentStatus.Processing, 1, DueAt: DueAt), payment);
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

    private static Decision<OrderPayment> Pay(OrderPayment? payment, string method, string user = Some.Buyer) =>
        OrderPayment.Pay(payment, "payment-1", user, method, DueAt);
}
