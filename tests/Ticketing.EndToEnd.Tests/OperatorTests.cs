using System.Net;
using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Who may look at dead letters, and send them back.</summary>
public sealed class OperatorTests
{
    [Fact]
    public async Task Dead_letters_are_for_operators_only_and_for_nobody_unless_configured()
    {
        await using var services = await ShopProcesses.StartAsync();
        var shop = services.Shop;
        var (operating, buyer) = (await shop.SignUpAsync(), await shop.SignUpAsync());
        (await operating.GetAsync(Letters(shop))).Is(HttpStatusCode.NotFound);

        await services.RestartAsync("Tickets", ("Operators__UserIds__0", operating.Id));
        (await shop.Anyone.GetAsync(Letters(shop))).Is(HttpStatusCode.Unauthorized);
        (await buyer.GetAsync(Letters(shop))).Is(HttpStatusCode.Forbidden);
        (await buyer.SendAsync(HttpMethod.Post, Letters(shop, "/x/redrive"), null)).Is(HttpStatusCode.Forbidden);
        Assert.Empty(await ListAsync(operating, shop));
        (await operating.SendAsync(HttpMethod.Post, Letters(shop, "/x/redrive"), null)).IsProblem(HttpStatusCode.NotFound);

        await shop.Topics.ProduceAsync(Topics.Orders, ("poison", new { type = 7 }));
        await Eventually.IsAsync(async () => (await ListAsync(operating, shop)).Count == 1, () => "it is not listed");
        var letter = Assert.Single(await ListAsync(operating, shop));
        Assert.Equal((Topics.Orders, ConsumerGroups.TicketsOrders, "poison", """{"type":7}"""), (
            letter.GetProperty("topic").GetString(), letter.GetProperty("group").GetString(), letter.GetProperty("key").GetString(),
            letter.GetProperty("value").GetString()));

        var redriven = (await operating.SendAsync(HttpMethod.Post, Letters(shop, $"/{letter.GetProperty("id").GetString()}/redrive"), null))
            .Read<JsonElement>();
        Assert.Equal(1, redriven.GetProperty("redrives").GetInt32());
        // It is as unreadable as before.
        await Eventually.IsAsync(
            async () => (await ListAsync(operating, shop)) is [var back] && back.GetProperty("redrives").GetInt32() == 1, () => "it does not come back");
    }

    private static Uri Letters(Shop shop, string path = "") => new(shop.Endpoints.Tickets, $"/dead-letters{path}");

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(Caller caller, Shop shop) =>
        (await caller.GetAsync(Letters(shop))).Read<List<JsonElement>>();
}
