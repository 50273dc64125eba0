using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Testing;

namespace Ticketing.Scenarios;

// Buyers who give some of their seats back.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task Seats_of_a_completed_order_are_given_back_and_their_money_is_refunded_step_by_step()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(price: 19.99m, quantity: 5);
        var order = await buyer.BuyAsync(ticket, 3);

        var two = await buyer.KeepAsync(order, ticket, 2);
        Assert.Equal((Order.Completed, 59.97m, 19.99m, 3, 1), (two.Status, two.Price, two.Refund, two.Lines[0].Quantity, two.Lines[0].Cancelled));
        // It says what is kept, so the same call again changes nothing.
        Assert.Equal(two, await buyer.KeepAsync(order, ticket, 2));
        await SeatsBecomeAsync(ticket, 3);
        await IsRefundedAsync(buyer, order, "partially_refunded", 19.99m);

        await buyer.KeepAsync(order, ticket, 1);
        await SeatsBecomeAsync(ticket, 4);
        await IsRefundedAsync(buyer, order, "partially_refunded", 39.98m);

        var none = await buyer.KeepAsync(order, ticket, 0);
        Assert.Equal((Order.Cancelled, Reasons.CancelledByUser), (none.Status, none.Reason));
        await SeatsBecomeAsync(ticket, 5);
        await IsRefundedAsync(buyer, order, "refunded", 59.97m);
        await Shop.SettleAsync();
        Assert.Equal(
            ["payment.created", "payment.succeeded", "payment.partially_refunded", "payment.partially_refunded", "payment.refunded"], await PaymentEventsAsync(order));
    }

    [Fact]
    public async Task One_line_is_given_back_and_the_other_stays()
    {
        var (seller, buyer) = await PeopleAsync();
        var (hall, balcony) = (await seller.ListTicketAsync(price: 20, quantity: 2), await seller.ListTicketAsync(price: 10, quantity: 2));
        var order = await buyer.BuyAsync([hall, balcony]);

        var kept = await buyer.KeepAsync(order, hall, 0);

        Assert.Equal((Order.Completed, 20), (kept.Status, kept.Refund));
        await SeatsBecomeAsync(hall, 2);
        await SeatsBecomeAsync(balcony, 1);
        await IsRefundedAsync(buyer, order, "partially_refunded", 20);
        // The rest.
        await buyer.CancelAsync(order);
        await SeatsBecomeAsync(balcony, 2);
        await IsRefundedAsync(buyer, order, "refunded", 30);
    }

    [Fact]
    public async Task A_free_order_gives_seats_back_without_a_payment()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(price: 0, quantity: 3);
        var order = await buyer.WaitForStatusAsync((await buyer.OrderAsync(ticket, 3)).Id, Order.Completed);

        await buyer.KeepAsync(order, ticket, 1);

        await SeatsBecomeAsync(ticket, 2);
        Assert.Empty(await PaymentEventsAsync(order));
    }

    [Fact]
    public async Task What_cannot_be_given_back_is_refused()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 5);
        var reserved = await buyer.ReserveAsync(ticket, 2);
        var body = new { lines = new[] { new { ticketId = ticket.Id, quantity = 1 } } };
        (await buyer.PatchAsync($"/api/orders/{reserved.Id}", body)).IsProblem(Conflict);
        var order = await buyer.BuyAsync(ticket, 2);

        (await (await Shop.SignUpAsync()).PatchAsync($"/api/orders/{order.Id}", body)).IsProblem(NotFound);
        (await Shop.Anyone.PatchAsync($"/api/orders/{order.Id}", body)).IsProblem(Unauthorized);
        (await buyer.PatchAsync($"/api/orders/{Guid.NewGuid()}", body)).IsProblem(NotFound);
        (await PatchAsync(ticket.Id, 3)).IsInvalid("lines[0].quantity");
        (await PatchAsync(ticket.Id, -1)).IsInvalid("lines[0].quantity");
        (await PatchAsync("other", 0)).IsInvalid("lines[0].ticketId");
        (await buyer.PatchAsync($"/api/orders/{order.Id}", $$"""{"lines":[{"ticketId":"{{ticket.Id}}"}]}""")).IsInvalid("lines[0].quantity");
        (await buyer.PatchAsync($"/api/orders/{order.Id}", """{"lines":[]}""")).IsInvalid("lines");
        (await buyer.PatchAsync($"/api/orders/{order.Id}", "{}")).IsInvalid("lines");
        Assert.Equal(order, await buyer.OrderAsync(order.Id));
        await buyer.CancelAsync(order);
        (await buyer.PatchAsync($"/api/orders/{order.Id}", body)).IsProblem(Conflict);

        Task<Answer> PatchAsync(string ticketId, int quantity) => buyer.PatchAsync($"/api/orders/{order.Id}", new { lines = new[] { new { ticketId, quantity } } });
    }

    [Fact]
    public async Task Paid_seats_stay_paid_when_the_time_to_give_them_back_is_over()
    {
        var (seller, buyer) = await PeopleAsync();
        var over = (await seller.PostAsync("/api/tickets", new { title = "Opera", price = 5, quantity = 9, refundableUntil = "2025-01-01T00:00:00Z" })).Read<Ticket>(Created);
        var order = await buyer.BuyAsync(over, 2);

        (await buyer.DeleteAsync($"/api/orders/{order.Id}")).IsProblem(Conflict);
        (await buyer.PatchAsync($"/api/orders/{order.Id}", new { lines = new[] { new { ticketId = over.Id, quantity = 1 } } })).IsProblem(Conflict);
        // The terms of the day of the order count.
        (await seller.PutAsync($"/api/tickets/{over.Id}", new { refundableUntil = (string?)null })).Is(OK);
        await Shop.SettleAsync();
        (await buyer.DeleteAsync($"/api/orders/{order.Id}")).IsProblem(Conflict);
        Assert.Equal(order, await buyer.OrderAsync(order.Id));
        // One that is not paid is given up at any time.
        await buyer.CancelAsync(await buyer.ReserveAsync(over));
    }

    private static Task<Payment> IsRefundedAsync(Caller buyer, Order order, string status, decimal refunded) =>
        PaymentBecomesAsync(buyer, order, payment => (payment.Status, payment.Refunded) == (status, refunded));

    /// <summary>Waits until the payment of an order is so.</summary>
    private static async Task<Payment> PaymentBecomesAsync(Caller buyer, Order order, Func<Payment, bool> until)
    {
        Payment? payment = null;
        await Eventually.IsAsync(async () => until(payment = await buyer.PaymentAsync(order)), () => $"{payment}");
        return payment!;
    }
}
