using Ticketing.Contracts;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// Records that something else than the shop put on its topics: plain JSON without headers.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task A_hand_written_expiration_cancels_its_order()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        var order = await buyer.ReserveAsync(ticket);

        await ExpireAsync(order);

        Assert.Equal(Reasons.Expired, (await buyer.WaitForStatusAsync(order.Id, Order.Cancelled)).Reason);
        Assert.True(DateTimeOffset.UtcNow < order.ExpiresAt, "The order expired by itself.");
        await SeatsBecomeAsync(ticket, 1);
    }

    [Fact]
    public async Task A_late_expiration_does_not_touch_a_paid_order()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.BuyAsync(await seller.ListTicketAsync());

        await ExpireAsync(order);
        await Shop.SettleAsync();

        Assert.Equal(order, await buyer.OrderAsync(order.Id));
    }

    [Fact]
    public async Task Records_of_unknown_types_and_fields_are_passed_over()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());

        await Shop.Topics.ProduceAsync(
            Topics.Expiration,
            (order.Id, new { type = "expiration.invented", orderId = order.Id }),
            (order.Id, new { why = new[] { 1 }, orderId = order.Id, type = "expiration.expired" }));

        await buyer.WaitForStatusAsync(order.Id, Order.Cancelled);
    }

    private Task ExpireAsync(Order order) => Shop.Topics.ProduceAsync(
        Topics.Expiration, (order.Id, new { type = "expiration.expired", id = order.Id, orderId = order.Id, version = 1 }));
}
