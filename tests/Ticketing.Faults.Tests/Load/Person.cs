using System.Net;
using System.Text.Json;

namespace Ticketing.Faults.Tests.Load;

/// <summary>Someone who has signed up.</summary>
internal sealed class Person
{
    private const string Password = "correct horse";

    private readonly ShopClient _shop;
    private readonly string _token;

    private Person(ShopClient shop, string id, string email, string token) => (_shop, Id, Email, _token) = (shop, id, email, token);

    public string Id { get; }

    public string Email { get; }

    /// <summary>Whether the person was told that the account is deleted.</summary>
    public bool IsDeleted { get; private set; }

    public static async Task<Person> SignUpAsync(ShopClient shop)
    {
        while (true)
        {
            var credentials = new { email = $"{Guid.NewGuid():N}@example.com", password = Password };
            var answer = await shop.SendAsync(HttpMethod.Post, "Accounts", "/api/users/signup", credentials, null, null, CancellationToken.None);
            if (answer is (HttpStatusCode.Created, var session))
                return new Person(shop, session.GetProperty("id").GetString()!, credentials.email, session.GetProperty("accessToken").GetString()!);
            // An earlier try may have timed out here and still have taken the address.
            Assert.Equal(HttpStatusCode.Conflict, answer!.Value.Status);
        }
    }

    /// <summary>Signs out, and so is good for nothing any more.</summary>
    /// <returns>Whether it was acknowledged.</returns>
    public async Task<bool> SignOutAsync(CancellationToken stop) => await PostAsync("Accounts", "/api/users/signout", new { }, stop) is (HttpStatusCode.OK, _);

    /// <summary>Deletes the account, which ends its session, too.</summary>
    /// <inheritdoc cref="SignOutAsync"/>
    public async Task<bool> DeleteAccountAsync(CancellationToken stop) =>
        IsDeleted = await PostAsync("Accounts", "/api/users/deletion", new { password = Password }, stop) is (HttpStatusCode.OK, _);

    /// <returns>The instances that do not turn the person away. One that does not answer well is asked again.</returns>
    public async Task<IReadOnlyList<Uri>> GoodAtAsync()
    {
        var good = new List<Uri>();
        foreach (var (service, path) in new[] { ("Accounts", "/api/users/currentuser"), ("Orders", "/api/orders"), ("Payments", "/api/payments/x"), ("Notifications", "/api/notifications"), ("Tickets", "/api/tickets/mine") })
            foreach (var instance in _shop.InstancesOf(service))
                if (await _shop.SendAsync(HttpMethod.Get, () => new Uri(instance, path), null, _token, null, CancellationToken.None) is not (HttpStatusCode.Unauthorized, _))
                    good.Add(new Uri(instance, path));
        return good;
    }

    /// <returns>The id of the new ticket; null if the load ended before.</returns>
    public async Task<string?> ListAsync(int quantity, int maxPerBuyer, object? refill, CancellationToken stop) =>
        await PostAsync("Tickets", "/api/tickets", new { title = "Concert", price = 10, quantity, maxPerBuyer, refill }, stop)
            is (HttpStatusCode.Created, var ticket) ? ticket.GetProperty("id").GetString() : null;

    public Task ChangeAsync(string ticketId, object change, CancellationToken stop) =>
        SendAsync(HttpMethod.Put, "Tickets", $"/api/tickets/{ticketId}", change, null, stop);

    /// <summary>Cancels a ticket: every order loses its seats.</summary>
    public async Task<bool> CancelTicketAsync(string ticketId, CancellationToken stop) =>
        await PostAsync("Tickets", $"/api/tickets/{ticketId}/cancel", new { }, stop) is (HttpStatusCode.OK, _);

    /// <returns>The orders that have seats of a ticket.</returns>
    public async Task<IReadOnlyList<string>> OrdersOfAsync(string ticketId, CancellationToken stop) =>
        await SendAsync(HttpMethod.Get, "Tickets", $"/api/tickets/{ticketId}/orders?limit=200", null, null, stop)
            is (HttpStatusCode.OK, var orders) ? [.. orders.EnumerateArray().Select(order => order.GetProperty("orderId").GetString()!)] : [];

    /// <summary>Takes the seats of an order back.</summary>
    /// <returns>Whether it was promised.</returns>
    public async Task<bool> RefundAsync(string ticketId, string orderId, CancellationToken stop) =>
        await PostAsync("Tickets", $"/api/tickets/{ticketId}/orders/{orderId}/refund", new { }, stop) is (HttpStatusCode.Accepted, _);

    /// <returns>The id of the order if it was acknowledged with 201.</returns>
    public async Task<string?> OrderAsync(IReadOnlyList<(string TicketId, int Quantity)> lines, string key, CancellationToken stop) =>
        await SendAsync(
            HttpMethod.Post, "Orders", "/api/orders",
            lines is [var (ticketId, quantity)]
                ? new { ticketId, quantity }
                : (object)new { lines = lines.Select(line => new { ticketId = line.TicketId, quantity = line.Quantity }) },
            key, stop)
            is (HttpStatusCode.Created, var order) ? order.GetProperty("id").GetString() : null;

    /// <returns>Where the order stands when it is no longer only created, or after two seconds.</returns>
    public async Task<string?> StatusAsync(string orderId, CancellationToken stop) =>
        await SendAsync(HttpMethod.Get, "Orders", $"/api/orders/{orderId}?wait=2", null, null, stop)
            is (HttpStatusCode.OK, var order) ? order.GetProperty("status").GetString() : null;

    /// <summary>Pays an order, or asks how its payment is.</summary>
    /// <returns>Where the payment stands, and the bank's page if it waits for the buyer; null if there is none, or the load ended before.</returns>
    public async Task<(string Status, Uri? Page)?> PayAsync(string orderId, string paymentMethod, CancellationToken stop) =>
        PaymentOf(await PostAsync("Payments", "/api/payments", new { orderId, paymentMethod }, stop));

    /// <inheritdoc cref="PayAsync"/>
    public async Task<(string Status, Uri? Page)?> PaymentAsync(string orderId, CancellationToken stop) =>
        PaymentOf(await SendAsync(HttpMethod.Get, "Payments", $"/api/payments/{orderId}", null, null, stop));

    /// <summary>The orders with a refund that failed, and Stripe's names of their charges, as operators see them.</summary>
    public async Task<IReadOnlyList<(string OrderId, string PaymentId)>> FailedRefundsAsync(CancellationToken stop) =>
        await SendAsync(HttpMethod.Get, "Payments", "/refund-failures?limit=200", null, null, stop) is (HttpStatusCode.OK, var failed)
            ? [.. failed.EnumerateArray().Select(one => (one.GetProperty("orderId").GetString()!, one.GetProperty("paymentId").GetString()!))]
            : [];

    /// <summary>Sends a refund again that failed, as operators may.</summary>
    public Task RetryRefundAsync(string orderId, CancellationToken stop) => PostAsync("Payments", $"/refund-failures/{orderId}/retry", new { }, stop);

    public Task CancelAsync(string orderId, CancellationToken stop) =>
        SendAsync(HttpMethod.Delete, "Orders", $"/api/orders/{orderId}", null, null, stop);

    /// <summary>Keeps so many seats of a paid order, and gives the others back.</summary>
    /// <returns>Whether it was acknowledged.</returns>
    public async Task<bool> KeepAsync(string orderId, IEnumerable<(string TicketId, int Quantity)> lines, CancellationToken stop) =>
        await SendAsync(
            HttpMethod.Patch, "Orders", $"/api/orders/{orderId}",
            new { lines = lines.Select(line => new { ticketId = line.TicketId, quantity = line.Quantity }) }, null, stop) is (HttpStatusCode.OK, _);

    /// <summary>Lets a service publish the state of all its documents again, as operators may.</summary>
    public async Task RetellAsync(string service) =>
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(service, "/retell", new { }, CancellationToken.None))!.Value.Status);

    private static (string Status, Uri? Page)? PaymentOf((HttpStatusCode Status, JsonElement Body)? answer) =>
        answer is (HttpStatusCode.Created or HttpStatusCode.OK, var payment)
            ? (payment.GetProperty("status").GetString()!,
                payment.TryGetProperty("nextAction", out var action) && action.ValueKind == JsonValueKind.Object ? new(action.GetProperty("url").GetString()!) : null)
            : null;

    private Task<(HttpStatusCode Status, JsonElement Body)?> PostAsync(string service, string path, object body, CancellationToken stop) =>
        SendAsync(HttpMethod.Post, service, path, body, null, stop);

    private Task<(HttpStatusCode Status, JsonElement Body)?> SendAsync(
        HttpMethod method, string service, string path, object? body, string? key, CancellationToken stop) =>
        _shop.SendAsync(method, service, path, body, _token, key, stop);
}
