using System.Diagnostics;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// GET /api/orders/{id}?wait=SECONDS.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task A_waiting_call_answers_when_the_order_changes_and_not_before()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());

        var waiting = buyer.GetAsync($"/api/orders/{order.Id}?wait=30");
        await buyer.OrderAsync(order.Id);
        await buyer.TicketAsync(order.TicketId);
        Assert.False(waiting.IsCompleted);
        var started = Stopwatch.GetTimestamp();
        await buyer.CancelAsync(order);

        Assert.Equal(Order.Cancelled, (await waiting).Read<Order>().Status);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_waiting_call_answers_when_its_time_is_up()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.BuyAsync(await seller.ListTicketAsync());

        var started = Stopwatch.GetTimestamp();
        var answer = await buyer.GetAsync($"/api/orders/{order.Id}?wait=1");

        Assert.Equal(order, answer.Read<Order>());
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.98), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_waiting_caller_who_knows_an_older_version_is_answered_at_once()
    {
        var (seller, buyer) = await PeopleAsync();
        var placed = await buyer.PostAsync("/api/orders", new { ticketId = (await seller.ListTicketAsync()).Id });
        var order = await buyer.WaitForStatusAsync(placed.Read<Order>(Created).Id, Order.PendingPayment);

        var started = Stopwatch.GetTimestamp();
        var answer = await buyer.GetAsync($"/api/orders/{order.Id}?wait=30", ("If-None-Match", placed.ETag!));

        Assert.Equal(order, answer.Read<Order>());
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_waiting_call_on_a_dead_order_answers_at_once()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.CancelAsync(await buyer.ReserveAsync(await seller.ListTicketAsync()));

        var started = Stopwatch.GetTimestamp();
        Assert.Equal(order, (await buyer.GetAsync($"/api/orders/{order.Id}?wait=30")).Read<Order>());
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }
}
