using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;

namespace Ticketing.EndToEnd.Tests;

/// <summary>A payment gateway that answers after the hold is over.</summary>
public sealed class SlowGatewayTests
{
    [Fact]
    public async Task Money_that_is_captured_when_the_hold_is_over_goes_back()
    {
        await using var services = await ShopProcesses.StartAsync(
            ("Orders__HoldDuration", "00:00:05"), ("Payments__GatewayLatency", "00:00:12"), ("Payments__AnswerWithin", "00:00:00.5"),
            // Half of it is how long an answer is waited for.
            ("Payments__EffectLease", "00:01:00"));
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
}
