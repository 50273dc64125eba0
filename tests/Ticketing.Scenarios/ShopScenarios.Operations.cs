using System.Text.Json;
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
            // Accounts publishes nothing and listens to nobody.
            Assert.Equal(name == "accounts" ? ["store"] : ["kafka", "store"], health.Checks.Keys.Order());
            Assert.Equal(name == "accounts", health.Outbox is null);
        }
    }

    [Theory]
    [InlineData("accounts", "/api/users/signup", "/api/users/signin", "/api/users/signout", "/api/users/currentuser")]
    [InlineData("tickets", "/api/tickets", "/api/tickets/mine", "/api/tickets/{id}", "/api/tickets/{id}/pause", "/api/tickets/{id}/resume",
        "/api/tickets/{id}/cancel", "/api/tickets/{id}/orders", "/api/tickets/{id}/orders.csv", "/api/tickets/{id}/orders/{orderId}/refund")]
    [InlineData("orders", "/api/orders", "/api/orders/{id}")]
    [InlineData("payments", "/api/payments", "/api/payments/{orderId}")]
    [InlineData("expiration")]
    public async Task Every_service_describes_its_calls(string service, params string[] paths)
    {
        var url = Shop.Endpoints.Services.Single(s => s.Name == service).Url;
        var document = JsonSerializer.Deserialize<JsonElement>((await Shop.Anyone.GetAsync(new Uri(url, "/openapi/v1.json"))).Is(OK).Body);

        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(paths.Order(), document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order());
    }

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
