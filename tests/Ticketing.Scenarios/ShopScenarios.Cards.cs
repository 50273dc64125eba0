using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// What cardholders and banks do, and that Stripe's books say what the shop says.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task What_Stripe_has_of_an_order_is_what_the_shop_says()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(price: 19.99m, quantity: 3);
        var order = await buyer.ReserveAsync(ticket, 3);
        var declined = await buyer.PayAsync(order, "pm_card_chargeDeclinedInsufficientFunds");
        var paid = await buyer.PayAsync(order);
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);

        Assert.Equal(
            [(paid.PaymentId!, "2", 5997, "usd"), (declined.PaymentId!, "1", 0, "usd")],
            (await Shop.Stripe.IntentsAsync(order)).Select(intent => (intent.Id, intent.Metadata["attempt"], intent.AmountReceived, intent.Currency)));
        await buyer.KeepAsync(order, ticket, 2);
        await IsRefundedAsync(buyer, order, "partially_refunded", 19.99m);
        await buyer.CancelAsync(order);
        await IsRefundedAsync(buyer, order, "refunded", 59.97m);
        Assert.Equal(
            [(3998, paid.PaymentId!), (1999, paid.PaymentId!)], (await Shop.Stripe.RefundsAsync(order)).Select(refund => (refund.Amount, refund.PaymentIntentId)));
        Assert.Equal(
            (await Shop.Stripe.RefundsAsync(order)).Select(refund => refund.Id).Reverse(), (await buyer.PaymentAsync(order)).Refunds.Select(refund => refund.Id));
    }

    [Fact]
    public async Task A_payment_method_that_Stripe_does_not_have_is_declined()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());

        var declined = await buyer.PayAsync(order, "pm_nobody_has_it");

        Assert.Equal(("failed", "resource_missing", null), (declined.Status, declined.Reason, declined.PaymentId));
        Assert.Empty(await Shop.Stripe.IntentsAsync(order));
        Assert.Equal("succeeded", (await buyer.PayAsync(order)).Status);
    }

    [Fact]
    public async Task A_card_that_needs_authentication_pays_when_its_holder_approves()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync(price: 12.5m));

        var waiting = await PayWithAuthenticationAsync(buyer, order);
        Assert.Equal(waiting, await buyer.PayAsync(order));
        Assert.Equal(order, await buyer.OrderAsync(order.Id));
        await Shop.Stripe.AuthenticateAsync(waiting.NextAction!.Url!, approves: true);
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);

        var paid = await buyer.PaymentAsync(order);
        Assert.Equal(("succeeded", waiting.PaymentId, null, null), (paid.Status, paid.PaymentId, paid.ClientSecret, paid.NextAction));
        Assert.Equal((12.5m, 0), (await Shop.Stripe.MoneyAsync())[order.Id]);
        Assert.Equal(["payment.created", "payment.requires_action", "payment.succeeded"], await PaymentEventsAsync(order));
    }

    [Fact]
    public async Task When_its_holder_declines_another_card_pays()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());

        var waiting = await PayWithAuthenticationAsync(buyer, order);
        await Shop.Stripe.AuthenticateAsync(waiting.NextAction!.Url!, approves: false);
        var declined = await PaymentBecomesAsync(buyer, order, payment => payment.Status == "failed");
        Assert.Equal(("payment_intent_authentication_failure", 4, null), (declined.Reason, declined.AttemptsLeft, declined.NextAction));
        Assert.Equal("succeeded", (await buyer.PayAsync(order)).Status);
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);

        Assert.Equal((299, 0), (await Shop.Stripe.MoneyAsync())[order.Id]);
    }

    [Fact]
    public async Task A_charge_that_is_disputed_marks_its_payment_and_its_order()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());
        Assert.Equal("succeeded", (await buyer.PayAsync(order, "pm_card_createDispute")).Status);
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);

        var disputed = await PaymentBecomesAsync(buyer, order, payment => payment.Dispute == "disputed");
        var dispute = Assert.Single(disputed.Disputes);
        Assert.Equal(("succeeded", 299, "fraudulent", null), (disputed.Status, dispute.Amount, dispute.Reason, dispute.ClosedAt));
        await buyer.WaitForAsync(order.Id, known => known.Dispute == "disputed");
        await Shop.Stripe.DecideAsync(dispute.Id, isWon: true);

        var won = await PaymentBecomesAsync(buyer, order, payment => payment.Dispute == "dispute_won");
        Assert.NotNull(Assert.Single(won.Disputes).ClosedAt);
        Assert.Equal(Order.Completed, (await buyer.WaitForAsync(order.Id, known => known.Dispute == "dispute_won")).Status);
    }

    [Fact]
    public async Task A_refund_that_fails_later_is_shown_with_its_reason()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());
        Assert.Equal("succeeded", (await buyer.PayAsync(order, "pm_card_refundFail")).Status);
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);
        await buyer.CancelAsync(order);

        var failed = await PaymentBecomesAsync(buyer, order, payment => payment.Status == "refund_failed");

        Assert.Equal(("expired_or_canceled_card", 0), (failed.Reason, failed.Refunded));
        Assert.Equal(("failed", 299), (Assert.Single(failed.Refunds).Status, failed.Refunds[0].Amount));
        Assert.Equal((299, 0), (await Shop.Stripe.MoneyAsync())[order.Id]);
        // Its bank may say so before the refund is known to have been taken.
        Assert.Equal("payment.refund_failed", (await PaymentEventsAsync(order)).Last());
    }

    /// <summary>Pays with a card whose holder has to approve on a page of the bank.</summary>
    private static async Task<Payment> PayWithAuthenticationAsync(Caller buyer, Order order)
    {
        var waiting = await buyer.PayAsync(order, "pm_card_authenticationRequired");
        Assert.Equal(("requires_action", "redirect_to_url"), (waiting.Status, waiting.NextAction?.Type));
        Assert.StartsWith($"{waiting.PaymentId}_secret_", waiting.ClientSecret, StringComparison.Ordinal);
        return waiting;
    }
}
