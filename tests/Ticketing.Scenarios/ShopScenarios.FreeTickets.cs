using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// Tickets that cost nothing.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task A_free_order_completes_without_a_payment_and_can_be_given_back()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(price: 0, quantity: 5);

        var order = await buyer.OrderAsync(ticket, quantity: 2);
        Assert.Equal((Order.Created, 0), (order.Status, order.Price));
        var completed = await buyer.WaitForStatusAsync(order.Id, Order.Completed);

        Assert.Equal(order with { Status = Order.Completed, Version = 2 }, completed);
        await SeatsBecomeAsync(ticket, 3);
        var problem = (await buyer.PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = "pm_card_visa" })).IsProblem(Conflict);
        Assert.Equal("The order is free: there is nothing to pay.", problem.GetProperty("detail").GetString());
        (await buyer.GetAsync($"/api/payments/{order.Id}")).IsProblem(NotFound);
        Assert.Equal(Order.Cancelled, (await buyer.CancelAsync(completed)).Status);
        await SeatsBecomeAsync(ticket, 5);
        Assert.Empty(await PaymentEventsAsync(order));
    }
}
