using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Kafka;

namespace Ticketing.Scenarios;

// W3C Trace Context from the caller to the topics.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task All_events_of_an_order_carry_the_trace_that_it_was_placed_in()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        var (placing, paying) = (NewTrace(), NewTrace());

        var order = (await buyer.PostAsync("/api/orders", new { ticketId = ticket.Id }, TraceParent(placing))).Read<Order>(Created);
        await buyer.WaitForStatusAsync(order.Id, Order.PendingPayment);
        await buyer.PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = "pm_card_visa" }, TraceParent(paying));
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);

        await Shop.SettleAsync();

        // The paying call has a trace of its own; its span is linked with the order's, and the order's events stay together.
        Assert.Equal(
            ["order.completed", "order.created", "order.pending", "payment.created", "payment.succeeded", "ticket.reserved"],
            await TracedAsync(placing, order));
        Assert.Empty(await TracedAsync(paying, order));
    }

    [Fact]
    public async Task A_cancelled_order_and_its_refund_stay_in_its_trace_without_a_callers_help()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.BuyAsync(await seller.ListTicketAsync());
        await buyer.CancelAsync(order);
        await Shop.Topics.WaitForAsync(Topics.Payments, record => record.OrderId == order.Id && record.Type == "payment.refunded");
        await Shop.SettleAsync();

        Assert.Single((await EventsAsync(order)).Select(Trace).Distinct());
    }

    /// <summary>The types of the order's events in a trace.</summary>
    private async Task<IEnumerable<string>> TracedAsync(string trace, Order order) =>
        (await EventsAsync(order)).FindAll(record => Trace(record) == trace).Select(record => record.Type).Distinct().Order();

    private async Task<List<TopicRecord>> EventsAsync(Order order)
    {
        var events = new List<TopicRecord>();
        foreach (var topic in Topics.All)
            events.AddRange((await ShopsOwnAsync(topic)).FindAll(record => record.OrderId == order.Id));
        return events;
    }

    private static string Trace(TopicRecord record) => record.Headers["traceparent"].Split('-')[1];

    private static string NewTrace() => Guid.NewGuid().ToString("N");

    private static (string Name, string Value) TraceParent(string trace) => ("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
}
