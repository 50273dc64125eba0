using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// What caches and browsers are told (RFC 9111), and which pages may call.
public abstract partial class HttpScenarios
{
    // It runs in one of the fixtures only.
    [Fact]
    public Task Insights_describes_its_calls() => DescribesItsCallsAsync(
        "insights", ["/api/insights/tickets", "/api/insights/tickets/{id}", "/api/insights/sales", "/api/insights/lag", "/api/insights/stream"]);

    [Fact]
    public async Task Only_what_is_the_same_for_everyone_may_be_kept_by_caches()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.BuyAsync(await seller.ListTicketAsync());
        foreach (var path in (string[])["/api/tickets?limit=1", $"/api/tickets/{order.TicketId}"])
        {
            Assert.Equal(["no-cache"], (await Shop.Anyone.GetAsync(path)).Is(OK).Headers["Cache-Control"]);
            Assert.Equal(["no-cache"], (await seller.GetAsync(path)).Is(OK).Headers["Cache-Control"]);
        }
        Assert.Equal(["no-cache"], (await Shop.Anyone.GetAsync($"/api/tickets/{order.TicketId}", ("If-None-Match", "*"))).Is(NotModified).Headers["Cache-Control"]);
        foreach (var answer in (Answer[])
        [
            await buyer.GetAsync("/api/users/currentuser"), await buyer.GetAsync("/api/orders"), await buyer.GetAsync($"/api/orders/{order.Id}"),
            await buyer.GetAsync($"/api/orders/{order.Id}", ("If-None-Match", "*")), await buyer.GetAsync($"/api/payments/{order.Id}"),
            await seller.GetAsync("/api/tickets/mine"), await seller.GetAsync($"/api/tickets/{order.TicketId}/orders"),
            await SignInAsync(buyer.Session.Email, Shop.Password), await buyer.PostAsync("/api/users/signout", null),
            await buyer.PostAsync("/api/tickets", new { title = "x", price = 1 }), await Shop.Anyone.GetAsync("/api/orders"), await Shop.Anyone.GetAsync("/api/tickets/x"),
            await Shop.Anyone.GetAsync("/api/tickets?limit=0"), await Shop.Anyone.PutAsync("/api/tickets", null), await Shop.Anyone.GetAsync("/api/orders/a/b"),
            await Shop.Anyone.PostAsync("/api/tickets", "{"),
        ])
            Assert.Equal(["no-store"], answer.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task Every_answer_of_every_service_tells_browsers_to_do_nothing_with_it()
    {
        foreach (var (_, url) in Shop.Endpoints.Services)
            foreach (var path in (string[])["/health", "/openapi/v1.json", "/nowhere"])
            {
                var answer = await Shop.Anyone.GetAsync(new Uri(url, path));
                Assert.Equal(["nosniff"], answer.Headers["X-Content-Type-Options"]);
                Assert.Equal(["default-src 'none'; frame-ancestors 'none'"], answer.Headers["Content-Security-Policy"]);
                Assert.Equal(["no-referrer"], answer.Headers["Referrer-Policy"]);
                // Only over TLS, and no page may call unless it is configured.
                Assert.Empty(answer.Headers["Strict-Transport-Security"].Concat(answer.Headers["Access-Control-Allow-Origin"]));
            }
    }

    [Fact]
    public async Task A_page_of_another_origin_changes_nothing_with_the_cookie_of_its_visitor()
    {
        var answer = await Shop.Anyone.PostAsync("/api/users/signup", new { email = Shop.NewEmail(), password = Shop.Password });
        var (cookie, token) = (("Cookie", answer.Headers["Set-Cookie"].Single().Split(';')[0]), answer.Read<Session>(Created).AccessToken);
        (string, string)[][] foreign =
        [
            [("Origin", "https://evil.example")], [("Origin", "null")], [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site"), ("Origin", "https://a.shop.example")],
        ];
        foreach (var headers in foreign)
        {
            foreach (var (method, path) in ((string, string)[])
                [("POST", "/api/tickets"), ("PUT", "/api/tickets/x"), ("DELETE", "/api/orders/x"), ("POST", "/api/payments"), ("POST", "/api/users/signout")])
                (await Shop.Anyone.SendAsync(new(method), path, new { title = "x", price = 1 }, [cookie, .. headers])).IsProblem(Forbidden);
            // It may try to read, which its browser does not show it, and what it knows a token for is its own.
            (await Shop.Anyone.GetAsync("/api/users/currentuser", [cookie, .. headers])).Is(OK);
            (await Shop.Anyone.PostAsync("/api/tickets", new { title = "x", price = 1 }, [cookie, ("Authorization", $"Bearer {token}"), .. headers])).Is(Created);
        }
        foreach (var headers in ((string, string)[][])[[], [("Sec-Fetch-Site", "same-origin")], [("Sec-Fetch-Site", "none")]])
            (await Shop.Anyone.PostAsync("/api/tickets", new { title = "x", price = 1 }, [cookie, .. headers])).Is(Created);
        var tickets = Shop.Endpoints.Tickets;
        (await Shop.Anyone.SendAsync(HttpMethod.Post, new Uri(tickets, "/api/tickets"), new { title = "x", price = 1 }, cookie, ("Origin", $"https://{tickets.Authority}"))).Is(Created);
    }
}
