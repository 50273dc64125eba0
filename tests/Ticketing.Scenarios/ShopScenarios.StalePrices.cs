using System.Text.Json.Nodes;
using Ticketing.Contracts;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// A buyer who saw another price than the ticket's.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task An_order_at_a_price_that_is_not_the_tickets_is_cancelled()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 100);
        // Orders is told of a price that Tickets knows nothing of: what a buyer sees between a change of price and the news of it.
        var updated = new JsonObject
        {
            ["type"] = "ticket.updated",
            ["id"] = ticket.Id,
            ["title"] = ticket.Title,
            ["price"] = 7,
            ["currency"] = "USD",
            ["quantity"] = 100,
            ["held"] = 0,
            ["sold"] = 0,
            ["userId"] = ticket.UserId,
            ["version"] = 1000,
        };
        await Shop.Topics.ProduceAsync(Topics.Tickets, (ticket.Id, updated));

        var order = (Order?)null;
        await Testing.Eventually.IsAsync(
            async () => (order = await buyer.OrderAsync(ticket)).Price == 7, () => $"Orders has not heard of the price: {order}");

        Assert.Equal(Reasons.PriceChanged, (await buyer.WaitForStatusAsync(order!.Id, Order.Cancelled)).Reason);
        Assert.DoesNotContain(await Shop.Topics.ReadAsync(Topics.Tickets), record => record.OrderId == order.Id && record.Type == "ticket.reserved");
    }
}
