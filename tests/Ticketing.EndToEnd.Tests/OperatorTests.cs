using System.Net;
using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Stores;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Who may look at dead letters, and send them back.</summary>
public sealed class OperatorTests
{
    private static readonly string[] Options = ["--store", "postgres"];

    [Fact]
    public async Task Dead_letters_are_for_operators_only_and_for_nobody_unless_configured()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var first = AppHostProcess.Start(Options);
        using var shop = new Shop(await first.ReadyAsync());
        var (operating, buyer) = (await shop.SignUpAsync(), await shop.SignUpAsync());
        (await operating.GetAsync(Letters(shop))).Is(HttpStatusCode.NotFound);
        await first.SignalAsync("TERM");

        await using var second = await first.ContinueAsync(Options, ("Operators__UserIds__0", operating.Id));
        using var again = new Shop(await second.ReadyAsync());
        (await again.Anyone.GetAsync(Letters(again))).Is(HttpStatusCode.Unauthorized);
        (await buyer.GetAsync(Letters(again))).Is(HttpStatusCode.Forbidden);
        (await buyer.SendAsync(HttpMethod.Post, Letters(again, "/x/redrive"), null)).Is(HttpStatusCode.Forbidden);
        Assert.Empty(await ListAsync(operating, again));
        (await operating.SendAsync(HttpMethod.Post, Letters(again, "/x/redrive"), null)).IsProblem(HttpStatusCode.NotFound);

        await again.Topics.ProduceAsync(Topics.Orders, ("poison", new { type = 7 }));
        await Eventually.IsAsync(async () => (await ListAsync(operating, again)).Count == 1, () => "it is not listed");
        var letter = Assert.Single(await ListAsync(operating, again));
        Assert.Equal((Topics.Orders, ConsumerGroups.TicketsOrders, "poison", """{"type":7}"""), (
            letter.GetProperty("topic").GetString(), letter.GetProperty("group").GetString(), letter.GetProperty("key").GetString(),
            letter.GetProperty("value").GetString()));

        var redriven = (await operating.SendAsync(HttpMethod.Post, Letters(again, $"/{letter.GetProperty("id").GetString()}/redrive"), null))
            .Read<JsonElement>();
        Assert.Equal(1, redriven.GetProperty("redrives").GetInt32());
        // It is as unreadable as before.
        await Eventually.IsAsync(
            async () => (await ListAsync(operating, again)) is [var back] && back.GetProperty("redrives").GetInt32() == 1, () => "it does not come back");
    }

    private static Uri Letters(Shop shop, string path = "") => new(shop.Endpoints.Tickets, $"/dead-letters{path}");

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(Caller caller, Shop shop) =>
        (await caller.GetAsync(Letters(shop))).Read<List<JsonElement>>();
}
