using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;

namespace Ticketing.EndToEnd.Tests;

/// <summary>A payment gateway that answers after the hold is over.</summary>
public sealed class SlowGatewayTests
{
    [Fact]
    public async Task A_payment_that_began_within_the_hold_keeps_the_seats_until_it_is_answered()
    {
        await using var services = await StartAsync();
        var shop = services.Shop;
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
    public async Task A_payment_that_begins_when_the_hold_is_over_is_refused()
    {
        // Nobody ends the hold.
        await using var services = await StartAsync();
        var shop = services.Shop;
        var buyer = await shop.SignUpAsync();
        var order = await buyer.ReserveAsync(await (await shop.SellerAsync()).ListTicketAsync());
        await services.StopAsync("Orders");
        await Testing.Eventually.IsAsync(() => DateTimeOffset.UtcNow > order.ExpiresAt, () => "the hold is not over");

        (await buyer.PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = "pm_card_visa" })).IsProblem(System.Net.HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_hold_ends_without_Expiration()
    {
        await using var services = await StartAsync();
        await services.StopAsync("Expiration");
        var shop = services.Shop;
        var buyer = await shop.SignUpAsync();
        var order = await buyer.ReserveAsync(await (await shop.SellerAsync()).ListTicketAsync());

        Assert.Equal(Reasons.Expired, (await buyer.WaitForStatusAsync(order.Id, Order.Cancelled)).Reason);
    }

    [Fact]
    public async Task Money_that_is_captured_when_the_hold_is_over_goes_back()
    {
        await using var services = await StartAsync(("Payments__AnswerTimeout", "00:00:00"));
        var shop = services.Shop;
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
        await using var services = await StartAsync(("Payments__GatewayLatency", "00:00:01"), ("Payments__AnswerWithin", "00:00:00"));
        var shop = services.Shop;
        var buyer = await shop.SignUpAsync();
        var order = await buyer.ReserveAsync(await (await shop.SellerAsync()).ListTicketAsync());

        Assert.Equal("processing", (await buyer.PayAsync(order)).Status);
        await services.StopAsync("Payments");

        Assert.Contains(await shop.Topics.ReadAsync(Topics.Payments), record => record.OrderId == order.Id && record.Type == "payment.succeeded");
    }

    private static Task<ShopProcesses> StartAsync(params (string, string)[] settings) => ShopProcesses.StartAsync(
    [
        ("Orders__HoldDuration", "00:00:05"), ("Payments__GatewayLatency", "00:00:12"), ("Payments__AnswerWithin", "00:00:00.5"),
        // Half of it is how long an answer is waited for.
        ("Payments__EffectLease", "00:01:00"), .. settings,
    ]);
}
