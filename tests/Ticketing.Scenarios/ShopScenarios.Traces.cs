using Ticketing.Contracts;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// W3C Trace Context from the caller to the topics.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task The_events_of_a_call_carry_its_trace()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        var (placing, paying) = (NewTrace(), NewTrace());

        var order = (await buyer.PostAsync("/api/orders", new { ticketId = ticket.Id }, TraceParent(placing))).Read<Order>(Created);
        await buyer.WaitForStatusAsync(order.Id, Order.PendingPayment);
        await buyer.PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = "pm_card_visa" }, TraceParent(paying));
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);

        Assert.Equal(placing, await TraceOfAsync(Topics.Orders, order, "order.created"));
        Assert.Equal(paying, await TraceOfAsync(Topics.Payments, order, "payment.created"));
        Assert.Equal(paying, await TraceOfAsync(Topics.Payments, order, "payment.succeeded"));
    }

    private static string NewTrace() => Guid.NewGuid().ToString("N");

    private static (string Name, string Value) TraceParent(string trace) => ("traceparent", $"00-{trace}-00f067aa0ba902b7-01");

    private async Task<string> TraceOfAsync(string topic, Order order, string type) =>
        (await Shop.Topics.WaitForAsync(topic, record => record.OrderId == order.Id && record.Type == type)).Headers["traceparent"].Split('-')[1];
}
