using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// Orders that are placed again.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task The_same_idempotency_key_is_the_same_order_even_when_it_took_the_last_seat()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();

        var order = (await OrderAsync(buyer, ticket, 1, "key")).Read<Order>(Created);
        await buyer.WaitForStatusAsync(order.Id, Order.PendingPayment);
        var again = (await OrderAsync(buyer, ticket, 1, "key")).Read<Order>(Created);

        Assert.Equal(order with { Status = Order.PendingPayment, Version = 2 }, again);
        Assert.Equal(order.Id, Assert.Single(await OrdersAsync(buyer)).Id);
    }

    [Fact]
    public async Task The_same_idempotency_key_for_another_order_is_refused()
    {
        var (seller, buyer) = await PeopleAsync();
        var (ticket, other) = (await seller.ListTicketAsync(quantity: 9), await seller.ListTicketAsync(quantity: 9));
        await OrderAsync(buyer, ticket, 1, "key");

        (await OrderAsync(buyer, ticket, 2, "key")).IsProblem(UnprocessableEntity);
        (await OrderAsync(buyer, other, 1, "key")).IsProblem(UnprocessableEntity);

        Assert.Single(await OrdersAsync(buyer));
    }

    [Fact]
    public async Task The_same_idempotency_key_of_another_buyer_is_another_order()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 9);

        var orders = (
            (await OrderAsync(buyer, ticket, 1, "key")).Read<Order>(Created),
            (await OrderAsync(await Shop.SignUpAsync(), ticket, 1, "key")).Read<Order>(Created));

        Assert.NotEqual(orders.Item1.Id, orders.Item2.Id);
    }

    [Fact]
    public async Task Calls_at_once_with_the_same_idempotency_key_are_one_order()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 99);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OrderAsync(buyer, ticket, 1, "key")));

        var id = Assert.Single(answers.Select(answer => answer.Read<Order>(Created).Id).Distinct());
        Assert.Equal(id, Assert.Single(await OrdersAsync(buyer)).Id);
    }

    private protected static Task<Answer> OrderAsync(Caller buyer, Ticket ticket, int quantity, string key) =>
        buyer.PostAsync("/api/orders", new { ticketId = ticket.Id, quantity }, ("Idempotency-Key", key));

    private protected static async Task<Order[]> OrdersAsync(Caller buyer) => (await buyer.GetAsync("/api/orders")).Read<Order[]>();
}
