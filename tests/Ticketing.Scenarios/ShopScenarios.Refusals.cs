using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// What is not there, and what is not one's own.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task Another_buyers_order_and_payment_do_not_exist()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());
        await buyer.PayAsync(order);
        var stranger = await Shop.SignUpAsync();

        (await stranger.GetAsync($"/api/orders/{order.Id}")).IsProblem(NotFound);
        (await stranger.GetAsync($"/api/orders/{order.Id}?wait=5")).IsProblem(NotFound);
        (await stranger.GetAsync($"/api/orders?after={order.Id}")).IsInvalid("after");
        (await stranger.DeleteAsync($"/api/orders/{order.Id}")).IsProblem(NotFound);
        (await stranger.GetAsync($"/api/payments/{order.Id}")).IsProblem(NotFound);
        (await stranger.PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = "pm_card_visa" })).IsProblem(NotFound);
        Assert.Empty(await OrdersAsync(stranger));
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);
    }

    [Fact]
    public async Task What_there_is_not_is_not_found()
    {
        var (_, buyer) = await PeopleAsync();
        var nothing = Guid.NewGuid();

        // Some are looked for as long as an event may be on its way.
        Assert.All(
            await Task.WhenAll(
                buyer.GetAsync($"/api/tickets/{nothing}"), buyer.PutAsync($"/api/tickets/{nothing}", new { price = 1 }),
                buyer.PostAsync("/api/orders", new { ticketId = nothing }), buyer.GetAsync($"/api/orders/{nothing}"), buyer.DeleteAsync($"/api/orders/{nothing}"),
                buyer.GetAsync($"/api/payments/{nothing}"), buyer.PostAsync("/api/payments", new { orderId = nothing, paymentMethod = "pm_card_visa" }),
                buyer.GetAsync("/api/orders/a/b")),
            answer => answer.IsProblem(NotFound));
    }
}
