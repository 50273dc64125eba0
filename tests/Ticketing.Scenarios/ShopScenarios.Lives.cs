using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// The lives that an order has by itself.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task A_paid_order_completes_and_its_seats_are_sold()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(price: 19.99m, quantity: 5);

        var order = await buyer.OrderAsync(ticket, quantity: 3);
        Assert.Equal((Order.Created, 59.97m, "USD", buyer.Id, 1L), (order.Status, order.Price, order.Currency, order.UserId, order.Version));
        await buyer.WaitForStatusAsync(order.Id, Order.PendingPayment);
        var payment = await buyer.PayAsync(order);
        Assert.Equal((order.Id, "succeeded"), (payment.OrderId, payment.Status));
        var completed = await buyer.WaitForStatusAsync(order.Id, Order.Completed);

        Assert.Equal(order with { Status = Order.Completed, Version = 3 }, completed);
        Assert.Equal(2, (await seller.TicketAsync(ticket.Id)).Available);
    }

    [Fact]
    public async Task A_declined_card_keeps_the_seat_and_another_one_pays_it()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        var order = await buyer.ReserveAsync(ticket);

        var declined = await buyer.PayAsync(order, "pm_card_chargeDeclinedInsufficientFunds");
        Assert.Equal(("failed", "insufficient_funds", 4), (declined.Status, declined.Reason, declined.AttemptsLeft));
        Assert.Equal(order, await buyer.OrderAsync(order.Id));
        var paid = await buyer.PayAsync(order, "pm_card_mastercard");

        Assert.Equal((declined.Id, "succeeded", null), (paid.Id, paid.Status, paid.Reason));
        Assert.Equal(
            [("pm_card_chargeDeclinedInsufficientFunds", "failed", "insufficient_funds"), ("pm_card_mastercard", "succeeded", null)],
            paid.Attempts.Select(attempt => (attempt.PaymentMethod, attempt.Status, attempt.Reason)));
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);
        Assert.Equal(paid, await buyer.PayAsync(order));
        Assert.Equal(["payment.created", "payment.failed", "payment.created", "payment.succeeded"], await PaymentEventsAsync(order));
        await SeatsBecomeAsync(ticket, 0);
    }

    [Fact]
    public async Task The_last_declined_attempt_fails_the_order_and_frees_its_seat()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        var order = await buyer.ReserveAsync(ticket);

        Assert.Equal("generic_decline", (await buyer.FailAsync(order)).Reason);

        var payment = await buyer.PaymentAsync(order);
        Assert.Equal(("failed", 0, 5), (payment.Status, payment.AttemptsLeft, payment.Attempts.Count));
        Assert.Equal(payment, await buyer.PayAsync(order));
        await SeatsBecomeAsync(ticket, 1);
    }

    [Fact]
    public async Task A_declined_payment_that_is_repeated_with_its_key_is_no_new_attempt()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());

        var first = await PayAsync("1");

        Assert.Equal(first, await PayAsync("1"));
        Assert.Equal(3, (await PayAsync("2")).AttemptsLeft);
        Assert.Equal(2, (await PayAsync("1")).Attempts.Count);

        async Task<Payment> PayAsync(string key) => (await buyer.PostAsync(
            "/api/payments", new { orderId = order.Id, paymentMethod = "pm_card_chargeDeclined" }, ("Idempotency-Key", key))).Read<Payment>(Created);
    }
}
