using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Kafka;

namespace Ticketing.Scenarios;

// Money moves once.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task Payments_that_are_repeated_are_one_payment_and_one_charge()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());

        var payments = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => buyer.PayAsync(order)));
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);

        Assert.All([.. payments, await buyer.PayAsync(order), await buyer.PaymentAsync(order)], payment => Assert.Equal(payments[0], payment));
        Assert.Equal(["payment.created", "payment.succeeded"], await PaymentEventsAsync(order));
    }

    [Fact]
    public async Task An_order_that_is_dead_is_not_paid()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());
        await buyer.CancelAsync(order);
        await Shop.SettleAsync();

        (await buyer.PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = "pm_card_visa" })).IsProblem(Conflict);

        Assert.Empty(await PaymentEventsAsync(order));
    }

    [Fact]
    public async Task Money_for_an_order_that_is_cancelled_in_the_same_moment_goes_back()
    {
        const int Orders = 12;
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: Orders, maxPerBuyer: Orders);
        var orders = await Task.WhenAll(Enumerable.Range(0, Orders).Select(_ => buyer.ReserveAsync(ticket)));

        // Some are paid first, for some both are under way at once.
        await Task.WhenAll(orders.Select(async (order, number) =>
        {
            var paying = buyer.PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = "pm_card_visa" });
            if (number % 2 == 0)
                await paying;
            await buyer.CancelAsync(order);
            Assert.Contains((await paying).Status, (System.Net.HttpStatusCode[])[Created, Conflict]);
        }));

        await SeatsBecomeAsync(ticket, Orders);
        // Refunds take a moment. A charge that was not sent when its order died is voided.
        string[] ends = ["", "payment.created payment.succeeded payment.refunded", "payment.created payment.failed"];
        IReadOnlyList<string> told = [];
        await Testing.Eventually.IsAsync(
            async () =>
            {
                await Shop.SettleAsync();
                var payments = await Shop.Topics.ReadAsync(Topics.Payments);
                told = [.. orders.Select(order => string.Join(' ', EventsOf(payments, order)))];
                return told.All(ends.Contains);
            },
            () => string.Join('\n', told));
    }

    /// <summary>What the topic says of an order's payment in the end.</summary>
    private async Task<IEnumerable<string>> PaymentEventsAsync(Order order)
    {
        await Shop.SettleAsync();
        return EventsOf(await Shop.Topics.ReadAsync(Topics.Payments), order);
    }

    // An event that was published twice is the same by its id.
    private static IEnumerable<string> EventsOf(List<TopicRecord> payments, Order order) => payments
        .Where(record => record.OrderId == order.Id).DistinctBy(record => record.CloudEventId).Select(record => record.Type);
}
