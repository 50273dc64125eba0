using System.Net;
using System.Security.Cryptography;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Impossible events, a store and a broker that are away for a while: services stay up, say so, and go on by themselves.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Impossible_events_stop_nobody_without_its_store_a_service_says_so_and_answers_503_and_without_its_broker_it_goes_on()
    {
        if (ReplicatedShop.Missing is { } missing)
            Assert.Skip(missing);
        await using var kafka = await RealKafka.StartAsync();
        await using var postgres = await PostgresServer.StartAsync();
        await using var services = await ShopProcesses.StartOnAsync(
            kafka.BootstrapServers, ["Notifications"],
            ("Documents__Store", "postgres"), ("ConnectionStrings__postgres", postgres.ConnectionString), ("Orders__HoldDuration", "00:05:00"));
        var shop = services.Shop;
        var (seller, buyer) = (await shop.SellerAsync(), await shop.SignUpAsync());
        var ticket = await seller.ListTicketAsync(quantity: 5);
        await buyer.BuyAsync(ticket);

        await GoPastWhatNobodyCanHoldAsync(shop, seller, buyer, ticket);

        await postgres.StopAsync();
        var refused = await buyer.PostAsync("/api/orders", new { ticketId = ticket.Id, quantity = 1 });
        refused.IsProblem(HttpStatusCode.ServiceUnavailable);
        Assert.NotEmpty(refused.Headers["Retry-After"]);
        await BecomesAsync(shop, "degraded", "store");
        await postgres.StartAgainAsync();
        await BecomesAsync(shop, "healthy", null);
        await buyer.BuyAsync(ticket);

        await kafka.KillAsync(1);
        await BecomesAsync(shop, "degraded", "kafka");
        // Kept, and published when the broker is back.
        var order = await buyer.OrderAsync(ticket);
        Assert.Equal(Order.Created, order.Status);
        await kafka.RestartAsync(1);
        await buyer.WaitForStatusAsync(order.Id, Order.PendingPayment);
        await BecomesAsync(shop, "healthy", null);
        // Notifications was cut off, too.
        await Eventually.IsAsync(async () => (await ToldOfAsync(order)).Length > 0, () => "the buyer is not told of the order");
        await shop.SettleAsync();
        Assert.Equal(["order_received"], await ToldOfAsync(order));

        async Task<string[]> ToldOfAsync(Order one) =>
            [.. (await buyer.NotificationsAsync("?limit=100")).Items.Where(item => item.OrderId == one.Id).Select(item => item.Kind)];
    }

    /// <summary>An id that is too long for an index, and a price that overflows a total, become dead letters of their groups and stop nobody.</summary>
    private static async Task GoPastWhatNobodyCanHoldAsync(Shop shop, Caller seller, Caller buyer, Ticket ticket)
    {
        var (endless, now) = (Convert.ToHexString(RandomNumberGenerator.GetBytes(2000)), DateTimeOffset.UtcNow);
        await shop.Topics.ProduceAsync(Topics.Orders, (endless, new
        {
            type = "order.created",
            id = endless,
            orderId = endless,
            userId = buyer.Id,
            ticketId = ticket.Id,
            quantity = 1,
            price = 299,
            currency = "USD",
            status = "created",
            expiresAt = now.AddMinutes(5),
            version = 1,
        }));
        await shop.Topics.ProduceAsync(Topics.Tickets, (ticket.Id, new
        {
            type = "ticket.updated",
            id = ticket.Id,
            title = "Concert",
            price = 7.9e28m,
            currency = "USD",
            quantity = 5,
            held = 0,
            sold = 1,
            userId = seller.Id,
            version = 1000,
        }));
        await buyer.BuyAsync(ticket);
        await shop.SettleAsync();
        foreach (var (group, topic) in shop.Groups.Where(group => group.Topic is Topics.Orders or Topics.Tickets))
            Assert.StartsWith(
                "JsonException: An event's ", Assert.Single(await shop.Topics.ReadAsync(KafkaNames.DeadLetters(topic, group))).Headers["dead_error"],
                StringComparison.Ordinal);
    }

    /// <summary>Waits until Orders says that it is so, and because of what.</summary>
    private static async Task BecomesAsync(Shop shop, string status, string? broken)
    {
        Answer? answer = null;
        await Eventually.IsAsync(
            async () =>
            {
                answer = await shop.Anyone.GetAsync(new Uri(shop.Endpoints.Orders, "/health"));
                var health = System.Text.Json.JsonSerializer.Deserialize<Health>(answer.Body, Answer.Json)!;
                return health.Status == status && health.Checks.Where(check => check.Value != "healthy").Select(check => check.Key).SingleOrDefault() == broken;
            },
            () => $"expected {status} ({broken}): {answer?.Body}", TimeSpan.FromSeconds(60));
        (await shop.Anyone.GetAsync(new Uri(shop.Endpoints.Orders, "/alive"))).Is(HttpStatusCode.OK);
    }
}
