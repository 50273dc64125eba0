using System.Net;
using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Who may look at dead letters, send them back, and let documents be told again.</summary>
public sealed class OperatorTests(OperatorTests.OperatedShop operated) : IClassFixture<OperatorTests.OperatedShop>
{
    [Fact]
    public async Task Dead_letters_and_retelling_are_for_operators_only()
    {
        var (shop, operating) = (operated.Shop, operated.Operator);
        var buyer = await shop.SignUpAsync();
        (await shop.Anyone.GetAsync(Letters(shop))).Is(HttpStatusCode.Unauthorized);
        var refused = (await buyer.GetAsync(Letters(shop))).IsProblem(HttpStatusCode.Forbidden);
        Assert.Equal("Only users with the role operator may make this call.", refused.GetProperty("detail").GetString());
        (await buyer.SendAsync(HttpMethod.Post, Letters(shop, "/x/redrive"), null)).Is(HttpStatusCode.Forbidden);
        (await operating.SendAsync(HttpMethod.Post, Letters(shop, "/x/redrive"), null)).IsProblem(HttpStatusCode.NotFound);

        await shop.Topics.ProduceAsync(Topics.Orders, ("poison", new { type = 7 }));
        await Eventually.IsAsync(async () => (await ListAsync("poison")).Count == 1, () => "it is not listed");
        var letter = Assert.Single(await ListAsync("poison"));
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
            async () => (await ListAsync("poison")) is [var back] && back.GetProperty("redrives").GetInt32() == 1, () => "it does not come back");
        Assert.Equal([null, operating.Id], (await shop.Topics.ReadAsync(Topics.Orders)).Where(record => record.Key == "poison").Select(record => record.Headers.GetValueOrDefault("redriven_by")).Order());
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
        var (shop, operating) = (operated.Shop, operated.Operator);
        await shop.Topics.ProduceAsync(Topics.Orders, Enumerable.Range(0, 3).Select(i => ("long poison", (object)new { type = i, filler = new string('x', 5000) })));
        await Eventually.IsAsync(async () => (await ListAsync("long poison")).Count == 3, () => "they are not listed");

        List<JsonElement> all = [];
        for (var page = await operating.GetAsync(Letters(shop, "?limit=2")); ; page = await operating.GetAsync(new Uri(shop.Endpoints.Tickets, page.Next)))
        {
            var letters = page.Read<List<JsonElement>>();
            Assert.InRange(letters.Count, 1, 2);
            all.AddRange(letters.Where(letter => letter.GetProperty("key").GetString() == "long poison"));
            if (page.Next is null)
                break;
        }
        Assert.Equal(3, all.Select(letter => letter.GetProperty("id").GetString()).Distinct().Count());
        Assert.All(all, letter => Assert.Equal(
            (2000, true), (letter.GetProperty("value").GetString()!.Length, letter.GetProperty("valueTruncated").GetBoolean())));
        (await operating.GetAsync(Letters(shop, "?limit=0"))).IsInvalid("limit");
        (await operating.GetAsync(Letters(shop, "?limit=201&after=x"))).IsInvalid("limit", "after");
        var sizes = (await operating.GetAsync(Letters(shop, $"/{all[2].GetProperty("id").GetString()}"))).Read<JsonElement>();
        Assert.Equal(sizes.GetProperty("valueBytes").GetInt32(), sizes.GetProperty("value").GetString()!.Length);
    }

    private static Uri Letters(Shop shop, string path = "") => new(shop.Endpoints.Tickets, $"/dead-letters{path}");

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string key) =>
        (await operated.Operator.GetAsync(Letters(operated.Shop))).Read<List<JsonElement>>().FindAll(letter => letter.GetProperty("key").GetString() == key);

    /// <summary>A shop that has an operator.</summary>
    public sealed class OperatedShop : IAsyncLifetime
    {
        private ShopProcesses _services = null!;

        internal Shop Shop => _services.Shop;

        internal Caller Operator { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _services = await ShopProcesses.StartAsync();
            Operator = await Shop.SignUpAsync();
            (await Operator.GetAsync(Letters(Shop))).Is(HttpStatusCode.Forbidden);
            await _services.RestartAsync("Tickets", ("Operators__UserIds__0", Operator.Id));
        }

        public ValueTask DisposeAsync() => _services.DisposeAsync();
    }
}
