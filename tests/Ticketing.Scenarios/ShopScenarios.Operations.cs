using System.Text.Json;
using System.Text.RegularExpressions;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// What operators and tools ask each service.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task Every_service_is_alive_and_healthy_with_its_store_and_broker()
    {
        foreach (var (name, url) in Shop.Endpoints.Services)
        {
            Assert.Equal("healthy", (await Shop.Anyone.GetAsync(new Uri(url, "/alive"))).Read<Health>().Status);
            var health = (await Shop.Anyone.GetAsync(new Uri(url, "/health"))).Read<Health>();
            Assert.Equal("healthy", health.Status);
            // Insights tells of its topology, too.
            Assert.Equal(name == "insights" ? ["kafka", "store", "streams"] : ["kafka", "store"], health.Checks.Keys.Order());
            Assert.NotNull(health.Outbox);
        }
    }

    [Theory]
    [InlineData("accounts", "/api/users/signup", "/api/users/signin", "/api/users/refresh", "/api/users/signout", "/api/users/signout-everywhere",
        "/api/users/password", "/api/users/password/forgot", "/api/users/password/reset", "/api/users/verification", "/api/users/verification/confirm",
        "/api/users/deletion", "/api/users/roles", "/api/users/currentuser")]
    [InlineData("tickets", "/api/tickets", "/api/tickets/mine", "/api/tickets/{id}", "/api/tickets/{id}/pause", "/api/tickets/{id}/resume",
        "/api/tickets/{id}/cancel", "/api/tickets/{id}/orders", "/api/tickets/{id}/orders.csv", "/api/tickets/{id}/orders/{orderId}",
        "/api/tickets/{id}/orders/{orderId}/block", "/api/tickets/{id}/orders/{orderId}/unblock", "/api/tickets/{id}/orders/{orderId}/refund")]
    [InlineData("orders", "/api/orders", "/api/orders/{id}")]
    [InlineData("payments", "/api/payments", "/api/payments/{orderId}", "/refund-failures", "/refund-failures/{orderId}/retry")]
    [InlineData("expiration")]
    [InlineData("notifications", "/api/notifications", "/api/notifications/read", "/api/notifications/stream", "/api/notifications/preferences", "/notification-failures",
        "/notification-failures/{id}/retry")]
    [InlineData("activity", "/api/activity", "/api/activity/counts", "/api/activity/stream")]
    public Task Every_service_describes_its_calls(string service, params string[] paths) => DescribesItsCallsAsync(service, paths);

    private protected async Task DescribesItsCallsAsync(string service, string[] paths)
    {
        var url = Shop.Endpoints.Services.Single(s => s.Name == service).Url;
        var json = (await Shop.Anyone.GetAsync(new Uri(url, "/openapi/v1.json"))).Is(OK).Body;
        var document = JsonSerializer.Deserialize<JsonElement>(json);

        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        string[] operating = ["/dead-letters", "/dead-letters/{id}", "/dead-letters/{id}/redrive", "/dead-letters/{id}/discard", "/retell"];
        Assert.Equal(paths.Concat(operating).Order(), document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order());
        // What the caller calls the service is not where it is.
        Assert.False(document.TryGetProperty("servers", out _));
        Assert.DoesNotContain("\"integer\",\"string\"", string.Concat(json.Where(c => !char.IsWhiteSpace(c))), StringComparison.Ordinal);
        var docs = await File.ReadAllTextAsync(SourceTree.PathOf("docs", "api.md"));
        foreach (var (path, method, call) in CallsOf(document))
        {
            Assert.Matches($@"`{method} {Regex.Escape(path)}(\?[^`]*)?`", docs);
            Assert.NotEmpty(call.GetProperty("summary").GetString()!);
            // Who has no session is told so before anything else.
            var answer = await Shop.Anyone.SendAsync(method, new Uri(url, path.Replace("{id}", "x", StringComparison.Ordinal).Replace("{orderId}", "x", StringComparison.Ordinal)), null);
            Assert.True(call.TryGetProperty("security", out _) == (answer.Status == Unauthorized), $"{method} {path}: {(int)answer.Status}");
        }
    }

    private static IEnumerable<(string Path, HttpMethod Method, JsonElement Call)> CallsOf(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from call in path.Value.EnumerateObject()
        select (path.Name, new HttpMethod(call.Name.ToUpperInvariant()), call.Value);

    [Theory]
    [InlineData("PATCH", "/api/tickets", "GET, HEAD, POST")]
    [InlineData("POST", "/api/tickets/x", "DELETE, GET, HEAD, PUT")]
    [InlineData("PUT", "/api/orders/x", "DELETE, GET, HEAD, PATCH")]
    public async Task A_method_that_a_path_does_not_know_is_refused_with_those_that_it_does(string method, string path, string allowed)
    {
        var answer = await Shop.Anyone.SendAsync(new(method), path, null);
        answer.IsProblem(MethodNotAllowed);
        Assert.Equal(allowed.Split(", "), answer.Headers["Allow"].SelectMany(value => value.Split(", ")).Order());
    }

    [Fact]
    public async Task A_body_that_is_not_json_is_refused()
    {
        using var form = new HttpRequestMessage(HttpMethod.Post, new Uri(Shop.Endpoints.Tickets, "/api/tickets"))
        {
            Content = new FormUrlEncodedContent([new("title", "x")]),
        };
        form.Headers.Authorization = new("Bearer", (await Shop.SellerAsync()).Session.AccessToken);
        (await Shop.SendAsync(form)).IsProblem(UnsupportedMediaType);
    }
}
