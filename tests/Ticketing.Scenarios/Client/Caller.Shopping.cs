using System.Diagnostics;

namespace Ticketing.Scenarios.Client;

/// <summary>What sellers and buyers do when all goes well.</summary>
public sealed partial class Caller
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public async Task<Ticket> ListTicketAsync(decimal price = 299, int quantity = 1, string title = "Concert", int? maxPerBuyer = null) =>
        (await PostAsync("/api/tickets", new { title, price, quantity, maxPerBuyer })).Read<Ticket>(Created);

    public async Task<Ticket> TicketAsync(string id) => (await GetAsync($"/api/tickets/{id}")).Read<Ticket>();

    public async Task<Order> OrderAsync(Ticket ticket, int quantity = 1) =>
        (await PostAsync("/api/orders", new { ticketId = ticket.Id, quantity })).Read<Order>(Created);

    public async Task<Order> OrderAsync(string id) => (await GetAsync($"/api/orders/{id}")).Read<Order>();

    /// <summary>Places an order and waits until its seats are reserved.</summary>
    public async Task<Order> ReserveAsync(Ticket ticket, int quantity = 1) =>
        await WaitForAsync(await OrderAsync(ticket, quantity), order => order.Status == Order.PendingPayment);

    public async Task<Payment> PayAsync(Order order, string method = "pm_card_visa") =>
        (await PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = method })).Read<Payment>(Created);

    /// <summary>Tries to pay with a card that is declined until the order fails.</summary>
    public async Task<Order> FailAsync(Order order)
    {
        while ((await PayAsync(order, "pm_card_chargeDeclined")).AttemptsLeft > 0)
        {
            // Another attempt.
        }
        return await WaitForStatusAsync(order.Id, Order.Failed);
    }

    public async Task<Payment> PaymentAsync(Order order) => (await GetAsync($"/api/payments/{order.Id}")).Read<Payment>();

    /// <summary>Reserves seats, pays them, and waits until they are sold.</summary>
    public async Task<Order> BuyAsync(Ticket ticket, int quantity = 1)
    {
        var order = await ReserveAsync(ticket, quantity);
        Assert.Equal("succeeded", (await PayAsync(order)).Status);
        return await WaitForAsync(order, paid => paid.Status == Order.Completed);
    }

    /// <summary>The same with one seat of each of several tickets.</summary>
    public async Task<Order> BuyAsync(IReadOnlyList<Ticket> tickets)
    {
        if (tickets is [var only])
            return await BuyAsync(only);
        var placed = (await PostAsync("/api/orders", new { lines = tickets.Select(ticket => new { ticketId = ticket.Id }) })).Read<Order>(Created);
        var order = await WaitForAsync(placed, reserved => reserved.Status == Order.PendingPayment);
        Assert.Equal("succeeded", (await PayAsync(order)).Status);
        return await WaitForAsync(order, paid => paid.Status == Order.Completed);
    }

    /// <summary>Gives seats of a paid order back, and keeps so many of this ticket.</summary>
    public async Task<Order> KeepAsync(Order order, Ticket ticket, int quantity) =>
        (await PatchAsync($"/api/orders/{order.Id}", new { lines = new[] { new { ticketId = ticket.Id, quantity } } })).Read<Order>();

    public async Task<Order> CancelAsync(Order order) => (await DeleteAsync($"/api/orders/{order.Id}")).Read<Order>();

    /// <summary>The newest of what the caller was told.</summary>
    public async Task<NotificationPage> NotificationsAsync(string query = "") => (await GetAsync($"/api/notifications{query}")).Read<NotificationPage>();

    /// <summary>Waits until the caller was told so much, and reads all of it.</summary>
    public async Task<NotificationPage> ToldAsync(int count)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            var told = await NotificationsAsync("?after=0");
            if (told.Items.Count >= count)
                return told;
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"After {Patience} it still is {string.Join(", ", told.Items)}.");
            await NotificationsAsync($"?after={told.Items.Count}&wait=10");
        }
    }

    public Task<Order> WaitForStatusAsync(string orderId, string status) => WaitForAsync(orderId, order => order.Status == status);

    public async Task<Order> WaitForAsync(string orderId, Func<Order, bool> until) => await WaitForAsync(await OrderAsync(orderId), until);

    /// <summary>Waits for an order of which something is known with <c>?wait</c>, one call per change.</summary>
    public async Task<Order> WaitForAsync(Order order, Func<Order, bool> until)
    {
        for (var started = Stopwatch.GetTimestamp(); !until(order);)
        {
            Assert.False(order.IsDead, $"The order never becomes what is waited for: it is {order}.");
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"After {Patience} the order still is {order}.");
            var answer = await GetAsync($"/api/orders/{order.Id}?wait=10", ("If-None-Match", $"\"{order.Version}\""));
            if (answer.Status != NotModified)
                order = answer.Read<Order>();
        }
        return order;
    }
}
