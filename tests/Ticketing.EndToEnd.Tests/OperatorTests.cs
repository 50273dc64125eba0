using System.Net;
using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Who may look at dead letters, send them back, and let documents be told again.</summary>
public sealed class OperatorTests
{
    [Fact]
    public async Task Dead_letters_and_retelling_are_for_operators_only()
    {
        await using var services = await ShopProcesses.StartAsync();
        var shop = services.Shop;
        var (operating, buyer) = (await shop.SignUpAsync(), await shop.SignUpAsync());
        (await operating.GetAsync(Letters(shop))).Is(HttpStatusCode.Forbidden);

        await services.RestartAsync("Tickets", ("Operators__UserIds__0", operating.Id));
        (await shop.Anyone.GetAsync(Letters(shop))).Is(HttpStatusCode.Unauthorized);
        var refused = (await buyer.GetAsync(Letters(shop))).IsProblem(HttpStatusCode.Forbidden);
        Assert.Equal("Only users with the role operator may make this call.", refused.GetProperty("detail").GetString());
        (await buyer.SendAsync(HttpMethod.Post, Letters(shop, "/x/redrive"), null)).Is(HttpStatusCode.Forbidden);
        Assert.Empty(await ListAsync(operating, shop));
        (await operating.SendAsync(HttpMethod.Post, Letters(shop, "/x/redrive"), null)).IsProblem(HttpStatusCode.NotFound);

        await shop.Topics.ProduceAsync(Topics.Orders, ("poison", new { type = 7 }));
        await Eventually.IsAsync(async () => (await ListAsync(operating, shop)).Count == 1, () => "it is not listed");
        var letter = Assert.Single(await ListAsync(operating, shop));
        Assert.Equal((Topics.Orders, "tickets-orders", "poison", """{"type":7}"""), (
            letter.GetProperty("topic").GetString(), letter.GetProperty("group").GetString(), letter.GetProperty("key").GetString(),
            letter.GetProperty("value").GetString()));

        var id = letter.GetProperty("id").GetString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => operating.SendAsync(HttpMethod.Post, Letters(shop, $"/{id}/redrive"), null)));
        var redriven = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK).Read<JsonElement>();
        Assert.Equal((1, operating.Id), (redriven.GetProperty("redrives").GetInt32(), redriven.GetProperty("redrivenBy").GetString()));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Contains(
            operating.Id, answer.IsProblem(HttpStatusCode.Conflict).GetProperty("detail").GetString(), StringComparison.Ordinal));
        // It is as unreadable as before.
        await Eventually.IsAsync(
            async () => (await ListAsync(operating, shop)) is [var back] && back.GetProperty("redrives").GetInt32() == 1, () => "it does not come back");
        Assert.Equal([null, operating.Id], (await shop.Topics.ReadAsync(Topics.Orders)).Select(record => record.Headers.GetValueOrDefault("redriven_by")).Order());
        var whole = (await operating.GetAsync(Letters(shop, $"/{id}"))).Read<JsonElement>();
        Assert.Equal(operating.Id, whole.GetProperty("redrivenBy").GetString());
        (await operating.GetAsync(Letters(shop, "/x"))).IsProblem(HttpStatusCode.NotFound);

        var ticket = await buyer.ListTicketAsync();
        (await buyer.SendAsync(HttpMethod.Post, new Uri(shop.Endpoints.Tickets, "/retell"), null)).Is(HttpStatusCode.Forbidden);
        Assert.Equal([Topics.Tickets], (await operating.SendAsync(HttpMethod.Post, new Uri(shop.Endpoints.Tickets, "/retell"), null))
            .Read<List<string>>(HttpStatusCode.Accepted));
        await Eventually.IsAsync(
            async () => (await shop.Topics.ReadAsync(Topics.Tickets)).Count(record => record.Key == ticket.Id && record.Type == "ticket.created") == 2,
            () => "its state is not told again");
    }

    [Fact]
    public async Task The_list_of_dead_letters_is_paged()
    {
        await using var services = await ShopProcesses.StartAsync();
        var shop = services.Shop;
        var operating = await shop.SignUpAsync();
        await services.RestartAsync("Tickets", ("Operators__UserIds__0", operating.Id));
        await shop.Topics.ProduceAsync(Topics.Orders, Enumerable.Range(0, 3).Select(i => ("poison", (object)new { type = i, filler = new string('x', 5000) })));
        await Eventually.IsAsync(async () => (await ListAsync(operating, shop)).Count == 3, () => "they are not listed");

        var first = await operating.GetAsync(Letters(shop, "?limit=2"));
        var rest = await operating.GetAsync(new Uri(shop.Endpoints.Tickets, first.Next));
        Assert.Null(rest.Next);
        List<JsonElement> all = [.. first.Read<List<JsonElement>>(), .. rest.Read<List<JsonElement>>()];
        Assert.Equal(3, all.Select(letter => letter.GetProperty("id").GetString()).Distinct().Count());
        Assert.All(all, letter => Assert.Equal(
            (2000, true), (letter.GetProperty("value").GetString()!.Length, letter.GetProperty("valueTruncated").GetBoolean())));
        (await operating.GetAsync(Letters(shop, "?limit=0"))).IsInvalid("limit");
        (await operating.GetAsync(Letters(shop, "?limit=201&after=x"))).IsInvalid("limit", "after");
        var sizes = (await operating.GetAsync(Letters(shop, $"/{all[2].GetProperty("id").GetString()}"))).Read<JsonElement>();
        Assert.Equal(sizes.GetProperty("valueBytes").GetInt32(), sizes.GetProperty("value").GetString()!.Length);
    }

    private static Uri Letters(Shop shop, string path = "") => new(shop.Endpoints.Tickets, $"/dead-letters{path}");

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(Caller caller, Shop shop) =>
        (await caller.GetAsync(Letters(shop))).Read<List<JsonElement>>();
}
