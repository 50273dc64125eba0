using Ticketing.Contracts;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// Orders that their buyers give up.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task A_completed_order_that_is_cancelled_is_refunded_once_and_its_seat_is_free()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        var order = await buyer.BuyAsync(ticket);

        Assert.Equal((Order.Cancelled, Reasons.CancelledByUser), await CancelAsync(buyer, order));
        Assert.Equal((Order.Cancelled, Reasons.CancelledByUser), await CancelAsync(buyer, order));

        await SeatsBecomeAsync(ticket, 1);
        await IsRefundedAsync(buyer, order, "refunded", 299);
        Assert.Equal(["payment.created", "payment.succeeded", "payment.refunded"], await PaymentEventsAsync(order));
    }

    [Fact]
    public async Task An_order_that_is_cancelled_before_it_is_paid_frees_its_seat()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        var order = await buyer.ReserveAsync(ticket);

        Assert.Equal((Order.Cancelled, Reasons.CancelledByUser), await CancelAsync(buyer, order));

        await SeatsBecomeAsync(ticket, 1);
        Assert.Empty(await PaymentEventsAsync(order));
    }

    [Fact]
    public async Task An_order_that_is_cancelled_twice_is_cancelled_once()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());

        Assert.Equal(await buyer.CancelAsync(order), await buyer.CancelAsync(order));
        Assert.Equal(3, (await buyer.OrderAsync(order.Id)).Version);
    }

    [Fact]
    public async Task An_order_that_failed_cannot_be_cancelled()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());
        await buyer.FailAsync(order);

        (await buyer.DeleteAsync($"/api/orders/{order.Id}")).IsProblem(Conflict);
    }

    private static async Task<(string Status, string? Reason)> CancelAsync(Caller buyer, Order order)
    {
        var cancelled = await buyer.CancelAsync(order);
        return (cancelled.Status, cancelled.Reason);
    }
}
