using Ticketing.Contracts;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// Records that something else than the shop put on its topics: plain JSON without headers.
public abstract partial class ShopScenarios
{
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
        var nobodys = Guid.NewGuid().ToString();

        await Shop.Topics.ProduceAsync(
            Topics.Expiration,
            (nobodys, new { type = "expiration.invented", orderId = nobodys }),
            (nobodys, new { why = new[] { 1 }, orderId = nobodys, type = "expiration.expired" }));

        await Shop.Topics.WaitForAsync(Topics.Orders, record => record.OrderId == nobodys && record.Text("reason") == Reasons.UnknownOrder);
    }

    [Fact]
    public async Task Old_orders_that_are_read_again_take_no_seat_and_change_no_version()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 3);
        await buyer.BuyAsync(ticket);
        foreach (var given in (Order[])[await buyer.BuyAsync(ticket), await buyer.ReserveAsync(ticket)])
            await CancelAsync(buyer, given);
        await SeatsBecomeAsync(ticket, 2);
        await Shop.SettleAsync();
        var (before, orders) = (await TicketVersionsAsync(ticket), await Shop.Topics.ReadAsync(Topics.Orders));

        await Shop.Topics.ProduceAsync(
            Topics.Orders, orders.Where(order => order.Text("ticketId") == ticket.Id).Select(order => (order.Key, (object)order.Value)));
        await Shop.SettleAsync();

        Assert.Equal(before, await TicketVersionsAsync(ticket));
    }

    /// <summary>Every version of a ticket that was ever told, as often as it was.</summary>
    private async Task<List<long>> TicketVersionsAsync(Ticket ticket) =>
        [.. (await Shop.Topics.ReadAsync(Topics.Tickets)).Where(record => record.Key == ticket.Id && record.Type == "ticket.updated")
            .DistinctBy(record => record.CloudEventId).Select(record => record.Version)];

    [Fact]
    public async Task An_order_that_Orders_does_not_know_keeps_neither_seats_nor_money()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        var (reserved, paid) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());

        await Shop.Topics.ProduceAsync(
            Topics.Orders,
            (reserved, Forged(reserved, ticket.Id, "order.created", "created", 1)),
            // Without a ticket, so it is not cancelled before it is paid.
            (paid, Forged(paid, "nowhere", "order.created", "created", 1)),
            (paid, Forged(paid, "nowhere", "order.pending", "pending_payment", 2)));
        await Testing.Eventually.IsAsync(
            async () => (await buyer.PostAsync("/api/payments", new { orderId = paid, paymentMethod = "pm_card_visa" })).Status == Created,
            () => "the order cannot be paid");

        await SeatsBecomeAsync(ticket, 1);
        await Testing.Eventually.IsAsync(
            async () => (await buyer.GetAsync($"/api/payments/{paid}")).Read<Payment>().Status == "refunded", () => "no refund");
        var order = await buyer.OrderAsync(paid);
        Assert.Equal((Order.Cancelled, Reasons.UnknownOrder, 299), (order.Status, order.Reason, order.Price));
        // Nobody has told Orders who the buyer of the other one is.
        (await buyer.GetAsync($"/api/orders/{reserved}")).IsProblem(NotFound);
        await Shop.SettleAsync();
        Assert.Equal([2, 3], await TicketVersionsAsync(ticket));

        object Forged(string id, string ticketId, string type, string status, long version) => new
        {
            type,
            id,
            orderId = id,
            userId = buyer.Id,
            ticketId,
            quantity = 1,
            price = 299,
            currency = "USD",
            status,
            expiresAt = DateTimeOffset.UtcNow.AddMinutes(5),
            version,
        };
    }

    private Task ExpireAsync(Order order) => Shop.Topics.ProduceAsync(
        Topics.Expiration, (order.Id, new { type = "expiration.expired", id = order.Id, orderId = order.Id, version = 1 }));
}
