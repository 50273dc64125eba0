using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ticketing.Testing;

namespace Ticketing.Faults.Tests.Load;

/// <summary>Someone who calls one instance of a service once, and takes the answer as it is.</summary>
internal sealed class Buyer : IDisposable
{
    private static readonly object Ticket = new { title = "Concert", price = 10 };

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task SignUpAsync(Uri accounts)
    {
        var credentials = new { email = $"{Guid.NewGuid():N}@example.com", password = "correct horse" };
        var (status, body) = await SendAsync(HttpMethod.Post, accounts, "/api/users/signup", credentials);
        Assert.Equal(HttpStatusCode.Created, status);
        _http.DefaultRequestHeaders.Authorization = new("Bearer", body.GetProperty("accessToken").GetString());
    }

    public async Task<HttpStatusCode> ListAsync(Uri tickets) => (await SendAsync(HttpMethod.Post, tickets, "/api/tickets", Ticket)).Status;

    /// <summary>Lists a ticket, and orders it.</summary>
    /// <returns>The id of the order, whose seats are reserved.</returns>
    public async Task<string> ReserveAsync(Uri tickets, Uri orders)
    {
        var (_, ticket) = await SendAsync(HttpMethod.Post, tickets, "/api/tickets", Ticket);
        var (code, order) = (default(HttpStatusCode), default(JsonElement));
        // On a busy machine the ticket may be unknown to Orders for longer than a call waits for it.
        await Eventually.IsAsync(
            async () =>
            {
                (code, order) = await SendAsync(HttpMethod.Post, orders, "/api/orders", new { ticketId = ticket.GetProperty("id").GetString() });
                return code == HttpStatusCode.Created;
            },
            () => $"{code}");
        var id = order.GetProperty("id").GetString()!;
        Assert.Equal((HttpStatusCode.OK, "pending_payment"), await StatusAsync(HttpMethod.Get, orders, $"/api/orders/{id}?wait=60", known: "\"1\""));
        return id;
    }

    /// <summary>What a call is answered, and the <c>status</c> in its body.</summary>
    public async Task<(HttpStatusCode Code, string? Status)> StatusAsync(
        HttpMethod method, Uri service, string path, object? body = null, string? known = null)
    {
        var (code, answer) = await SendAsync(method, service, path, body, known);
        return (code, answer.GetProperty("status").ToString());
    }

    public void Dispose() => _http.Dispose();

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(
        HttpMethod method, Uri service, string path, object? body = null, string? known = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(service, path));
        request.Content = body is null ? null : JsonContent.Create(body);
        if (known is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }
}
