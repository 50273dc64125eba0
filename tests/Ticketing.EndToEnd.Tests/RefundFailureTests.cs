using System.Net;
using System.Text.Json;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests;

/// <summary>What operators do with refunds that did not reach the buyer.</summary>
public sealed class RefundFailureTests
{
    private const string Secret = "whsec_of_the_test";

    [Fact]
    public async Task Operators_see_refunds_that_failed_and_send_them_again()
    {
        await using var services = await ShopProcesses.StartAsync();
        var shop = services.Shop;
        var (operating, buyer) = (await shop.SignUpAsync(), await shop.SignUpAsync());
        var url = await services.AddAsync(
            "StripeSimulator", ("webhooks__url", $"{shop.Endpoints.Payments}api/payments/webhooks/stripe"), ("webhooks__secret", Secret), ("bankDelay", "00:00:01"));
        using var stripe = new StripeAccount(url);
        await services.RestartAsync(
            "Payments", ("Payments__Stripe__ApiKey", "sk_test_simulator"), ("Payments__Stripe__ApiBase", $"{url}"), ("Payments__Stripe__WebhookSecrets__0", Secret),
            ("Operators__UserIds__0", operating.Id));
        var order = await FailToRefundAsync(shop, buyer);
        var other = await buyer.BuyAsync(await (await shop.SellerAsync()).ListTicketAsync());

        (await shop.Anyone.GetAsync(Failures())).IsProblem(HttpStatusCode.Unauthorized);
        (await buyer.GetAsync(Failures())).IsProblem(HttpStatusCode.Forbidden);
        (await buyer.SendAsync(HttpMethod.Post, Failures($"/{order.Id}/retry"), null)).IsProblem(HttpStatusCode.Forbidden);
        var failure = Assert.Single((await operating.GetAsync(Failures())).Read<JsonElement[]>());
        Assert.Equal(
            (order.Id, buyer.Id, "refund_failed", "expired_or_canceled_card", 299m, 0m),
            (failure.GetProperty("orderId").GetString(), failure.GetProperty("userId").GetString(), failure.GetProperty("status").GetString(),
             failure.GetProperty("reason").GetString(), failure.GetProperty("amount").GetDecimal(), failure.GetProperty("refunded").GetDecimal()));
        // Nobody has tried it again.
        Assert.Single(await stripe.RefundsAsync(order));

        var again = (await operating.SendAsync(HttpMethod.Post, Failures($"/{order.Id}/retry"), null)).Read<JsonElement>(HttpStatusCode.Accepted);
        Assert.Equal("refunding", again.GetProperty("status").GetString());
        // This card's refunds all fail.
        await IsFailedAsync(buyer, order, refunds: 2);
        Assert.Equal([("failed", 29900), ("failed", 29900)], (await stripe.RefundsAsync(order)).Select(refund => (refund.Status, refund.Amount)));

        (await operating.SendAsync(HttpMethod.Post, Failures($"/{other.Id}/retry"), null)).IsProblem(HttpStatusCode.Conflict);
        (await operating.SendAsync(HttpMethod.Post, Failures($"/{Guid.NewGuid()}/retry"), null)).IsProblem(HttpStatusCode.NotFound);
        (await operating.GetAsync(Failures("?limit=0"))).IsInvalid("limit");

        Uri Failures(string path = "") => new(shop.Endpoints.Payments, $"/refund-failures{path}");
    }

    /// <summary>Buys with a card whose refunds fail, and cancels.</summary>
    private static async Task<Order> FailToRefundAsync(Shop shop, Caller buyer)
    {
        var order = await buyer.ReserveAsync(await (await shop.SellerAsync()).ListTicketAsync());
        Assert.Equal("succeeded", (await buyer.PayAsync(order, "pm_card_refundFail")).Status);
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);
        await buyer.CancelAsync(order);
        await IsFailedAsync(buyer, order, refunds: 1);
        return order;
    }

    private static async Task IsFailedAsync(Caller buyer, Order order, int refunds)
    {
        Payment? payment = null;
        await Eventually.IsAsync(
            async () => (payment = await buyer.PaymentAsync(order)) is { Status: "refund_failed" } failed && failed.Refunds.Count == refunds && failed.Refunds.All(refund => refund.Status == "failed"),
            () => $"{payment}");
    }
}
