using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;

namespace Ticketing.EndToEnd.Tests;

/// <summary>A payment gateway that answers after the hold is over.</summary>
public sealed class SlowGatewayTests(SlowGatewayTests.SlowShop slow) : IClassFixture<SlowGatewayTests.SlowShop>
{
    [Fact]
    public async Task A_payment_that_began_within_the_hold_keeps_the_seats_until_it_is_answered()
    {
        var shop = await slow.ShopAsync();
        var buyer = await shop.SignUpAsync();
        var order = await buyer.ReserveAsync(await (await shop.SellerAsync()).ListTicketAsync());

        Assert.Equal("processing", (await buyer.PayAsync(order)).Status);
        var prolonged = await buyer.WaitForAsync(order, known => known.ExpiresAt > order.ExpiresAt);
        Assert.Equal((Order.PendingPayment, 3), (prolonged.Status, prolonged.Version));
        Assert.InRange(prolonged.ExpiresAt, order.ExpiresAt.AddSeconds(50), order.ExpiresAt.AddMinutes(1));
        Assert.Equal(prolonged with { Status = Order.Completed, Version = 4 }, await buyer.WaitForStatusAsync(order.Id, Order.Completed));

        Assert.Equal("succeeded", (await buyer.PaymentAsync(order)).Status);
    }

    [Fact]
    public async Task A_hold_ends_without_Expiration_and_a_payment_that_begins_after_it_is_refused_without_Orders()
    {
        await using var services = await SlowShop.StartAsync();
        await services.StopAsync("Expiration");
        var shop = services.Shop;
        var (seller, buyer) = (await shop.SellerAsync(), await shop.SignUpAsync());
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());
        Assert.Equal(Reasons.Expired, (await buyer.WaitForStatusAsync(order.Id, Order.Cancelled)).Reason);

        var other = await buyer.ReserveAsync(await seller.ListTicketAsync());
        // Nobody ends the hold.
        await services.StopAsync("Orders");
        await Testing.Eventually.IsAsync(() => DateTimeOffset.UtcNow > other.ExpiresAt, () => "the hold is not over");
        (await buyer.PostAsync("/api/payments", new { orderId = other.Id, paymentMethod = "pm_card_visa" })).IsProblem(System.Net.HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Money_that_is_captured_when_the_hold_is_over_goes_back()
    {
        var shop = await slow.ShopAsync(("Payments__AnswerTimeout", "00:00:00"));
        var buyer = await shop.SignUpAsync();
        var order = await buyer.ReserveAsync(await (await shop.SellerAsync()).ListTicketAsync());

        var payment = await buyer.PayAsync(order);
        Assert.Equal(("processing", null), (payment.Status, payment.PaymentId));
        Assert.Equal(payment.Id, (await buyer.PayAsync(order)).Id);
        Assert.Equal(Reasons.Expired, (await buyer.WaitForStatusAsync(order.Id, Order.Cancelled)).Reason);
        Assert.Equal("processing", (await buyer.PaymentAsync(order)).Status);

        await shop.Topics.WaitForAsync(Topics.Payments, record => record.OrderId == order.Id && record.Type == "payment.refunded");
        await shop.SettleAsync();
        Assert.Equal("refunded", (await buyer.PaymentAsync(order)).Status);
        var events = (await shop.Topics.ReadAsync(Topics.Payments)).Where(record => record.OrderId == order.Id);
        Assert.Equal(["payment.created", "payment.succeeded", "payment.refunded"], events.DistinctBy(e => e.CloudEventId).Select(e => e.Type));
    }

    [Fact]
    public async Task A_payment_that_the_gateway_answers_while_Payments_stops_is_told()
    {
        var shop = await slow.ShopAsync(("Payments__GatewayLatency", "00:00:01"), ("Payments__AnswerWithin", "00:00:00"));
        var buyer = await shop.SignUpAsync();
        var order = await buyer.ReserveAsync(await (await shop.SellerAsync()).ListTicketAsync());

        Assert.Equal("processing", (await buyer.PayAsync(order)).Status);
        await slow.StopPaymentsAsync();

        Assert.Contains(await shop.Topics.ReadAsync(Topics.Payments), record => record.OrderId == order.Id && record.Type == "payment.succeeded");
    }

    /// <summary>One shop for these tests; each of them has a Payments of its own.</summary>
    public sealed class SlowShop : IAsyncLifetime
    {
        private ShopProcesses _services = null!;

        public async ValueTask InitializeAsync() => _services = await StartAsync();

        public ValueTask DisposeAsync() => _services.DisposeAsync();

        internal static Task<ShopProcesses> StartAsync() => ShopProcesses.StartAsync(
            ("Orders__HoldDuration", "00:00:08"), ("Payments__GatewayLatency", "00:00:12"), ("Payments__AnswerWithin", "00:00:00.5"),
            // Half of it is how long an answer is waited for.
            ("Payments__EffectLease", "00:01:00"));

        internal async Task<Shop> ShopAsync(params (string, string?)[] settings)
        {
            await _services.RestartAsync("Payments", settings);
            return _services.Shop;
        }

        internal Task StopPaymentsAsync() => _services.StopAsync("Payments");
    }
}
