using Stripe;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests;

/// <summary>A shop whose Payments talks to Stripe's simulator. What the shop says and what Stripe says is the same, to the cent.</summary>
public sealed class StripeTests(StripeTests.StripeShop stripe) : IClassFixture<StripeTests.StripeShop>
{
    [Fact]
    public async Task An_order_is_paid_partly_given_back_and_cancelled()
    {
        var (ticket, buyer) = await ListAsync(price: 19.99m, quantity: 3);
        var order = await buyer.BuyAsync(ticket, 3);
        var payment = await buyer.PaymentAsync(order);
        var intent = Assert.Single(await stripe.IntentsAsync(order));
        Assert.Equal((payment.PaymentId, "succeeded", 5997, "usd"), (intent.Id, intent.Status, intent.AmountReceived, intent.Currency));

        await buyer.KeepAsync(order, ticket, 2);
        await BecomesAsync(buyer, order, "partially_refunded", 19.99m);
        Assert.Equal([1999], await stripe.RefundsAsync(intent));

        await buyer.CancelAsync(order);
        await BecomesAsync(buyer, order, "refunded", 59.97m);
        Assert.Equal([3998, 1999], await stripe.RefundsAsync(intent));
        Assert.Single(await stripe.IntentsAsync(order));
    }

    [Fact]
    public async Task After_a_declined_card_another_one_pays()
    {
        var (ticket, buyer) = await ListAsync();
        var order = await buyer.ReserveAsync(ticket);

        var declined = await buyer.PayAsync(order, "pm_card_chargeDeclinedInsufficientFunds");
        Assert.Equal(("failed", "insufficient_funds", 4), (declined.Status, declined.Reason, declined.AttemptsLeft));
        var paid = await buyer.PayAsync(order);
        Assert.Equal("succeeded", paid.Status);
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);

        Assert.Equal(
            [(paid.PaymentId!, "2", 2000), (declined.PaymentId!, "1", 0)],
            (await stripe.IntentsAsync(order)).Select(intent => (intent.Id, intent.Metadata["attempt"], intent.AmountReceived)));
    }

    [Fact]
    public async Task A_payment_method_that_Stripe_does_not_have_is_declined()
    {
        var (ticket, buyer) = await ListAsync();
        var order = await buyer.ReserveAsync(ticket);

        (await buyer.PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = "gold" })).IsInvalid("paymentMethod");
        var declined = await buyer.PayAsync(order, "pm_nobody_has_it");
        Assert.Equal(("failed", "resource_missing", null), (declined.Status, declined.Reason, declined.PaymentId));
        Assert.Empty(await stripe.IntentsAsync(order));

        Assert.Equal("succeeded", (await buyer.PayAsync(order)).Status);
    }

    private async Task<(Ticket Ticket, Caller Buyer)> ListAsync(decimal price = 20, int quantity = 1) =>
        (await (await stripe.Shop.SellerAsync()).ListTicketAsync(price, quantity), await stripe.Shop.SignUpAsync());

    private static async Task BecomesAsync(Caller buyer, Order order, string status, decimal refunded)
    {
        Payment? payment = null;
        await Eventually.IsAsync(async () => (payment = await buyer.PaymentAsync(order)).Status == status, () => $"{payment}");
        Assert.Equal(refunded, payment!.Refunded);
    }

    /// <summary>The shop and its Stripe.</summary>
    public sealed class StripeShop : IAsyncLifetime
    {
        private const string Key = "sk_test_simulated";

        private StripeClient _account = null!;
        private ChildProcess _simulator = null!;
        private ShopProcesses _services = null!;

        internal Shop Shop => _services.Shop;

        public async ValueTask InitializeAsync()
        {
            var url = $"http://127.0.0.1:{FreePorts.Take()}";
            _simulator = ChildProcess.Start(ChildProgram.Built("StripeSimulator") with { Environment = [("ASPNETCORE_URLS", url)] });
            _account = new(Key, apiBase: url);
            await Eventually.IsAsync(() => _simulator.Output.Contains("Application started", StringComparison.Ordinal), () => _simulator.Output);
            _services = await ShopProcesses.StartAsync(("Payments__Stripe__ApiKey", Key), ("Payments__Stripe__ApiBase", url));
        }

        public async ValueTask DisposeAsync()
        {
            await _services.DisposeAsync();
            await _simulator.DisposeAsync();
        }

        /// <summary>An order's PaymentIntents, the newest first.</summary>
        internal async Task<List<PaymentIntent>> IntentsAsync(Order order) =>
            [.. (await _account.V1.PaymentIntents.ListAsync(new() { Limit = 100 })).Where(intent => intent.Metadata["order_id"] == order.Id)];

        /// <summary>The amounts that went back, the last one first.</summary>
        internal async Task<List<long>> RefundsAsync(PaymentIntent intent) =>
            [.. (await _account.V1.Refunds.ListAsync(new() { PaymentIntent = intent.Id })).Select(refund => refund.Amount)];
    }
}
