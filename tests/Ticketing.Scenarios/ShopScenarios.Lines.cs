using Ticketing.Contracts;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// Orders of several tickets.
public abstract partial class ShopScenarios
{
    [Fact]
    public async Task An_order_of_several_tickets_is_paid_once_and_gets_all_of_its_seats()
    {
        var (seller, buyer) = await PeopleAsync();
        var (hall, balcony) = (await seller.ListTicketAsync(price: 19.99m, quantity: 5, title: "Hall"), await seller.ListTicketAsync(price: 10, quantity: 5, title: "Balcony"));

        var order = (await PlaceAsync(buyer, (hall, 3), (balcony, 1))).Read<Order>(Created);
        Assert.Equal((hall.Id, 3, 69.97m, "USD"), (order.TicketId, order.Quantity, order.Price, order.Currency));
        Assert.Equal([new(hall.Id, 3, 19.99m, 59.97m, "Hall"), new(balcony.Id, 1, 10, 10, "Balcony")], order.Lines);
        order = await buyer.WaitForAsync(order, known => known.Status == Order.PendingPayment);
        Assert.Equal("succeeded", (await buyer.PayAsync(order)).Status);
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);
        await SeatsBecomeAsync(hall, 2);
        await SeatsBecomeAsync(balcony, 4);

        await buyer.CancelAsync(order);
        await SeatsBecomeAsync(hall, 5);
        await SeatsBecomeAsync(balcony, 5);
        await Testing.Eventually.IsAsync(async () => (await buyer.PaymentAsync(order)).Status == "refunded", () => "no refund");
    }

    [Fact]
    public async Task An_order_of_which_one_ticket_is_sold_out_keeps_no_seat_of_the_others()
    {
        var (seller, buyer) = await PeopleAsync();
        var (many, few) = (await seller.ListTicketAsync(quantity: 50), await seller.ListTicketAsync(quantity: 3));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PlaceAsync(buyer, (many, 1), (few, 1))));
        // Orders refuses what its copy of the ticket rules out. Tickets rejects the others.
        Assert.All(answers, answer => Assert.Contains(answer.Status, (System.Net.HttpStatusCode[])[Created, Conflict]));
        var orders = await Task.WhenAll(answers.Where(answer => answer.Status == Created)
            .Select(answer => buyer.WaitForAsync(answer.Read<Order>(Created), order => order.Status != Order.Created)));

        Assert.Equal(3, orders.Count(order => order.Status == Order.PendingPayment));
        Assert.All(
            orders.Where(order => order.Status != Order.PendingPayment), order => Assert.Equal((Order.Cancelled, Reasons.SoldOut), (order.Status, order.Reason)));
        await SeatsBecomeAsync(many, 47);
        await SeatsBecomeAsync(few, 0);
    }

    [Fact]
    public async Task The_same_idempotency_key_for_other_lines_is_refused()
    {
        var (seller, buyer) = await PeopleAsync();
        var (one, other) = (await seller.ListTicketAsync(quantity: 9), await seller.ListTicketAsync(quantity: 9));

        var order = (await PlaceAsync("key", (one, 1), (other, 2))).Read<Order>(Created);

        Assert.Equal(order.Id, (await PlaceAsync("key", (one, 1), (other, 2))).Read<Order>(Created).Id);
        (await PlaceAsync("key", (one, 1), (other, 1))).IsProblem(UnprocessableEntity);
        (await PlaceAsync("key", (one, 1))).IsProblem(UnprocessableEntity);

        Task<Answer> PlaceAsync(string key, params (Ticket, int)[] lines) => buyer.PostAsync("/api/orders", Body(lines), ("Idempotency-Key", key));
    }

    [Theory]
    [InlineData("""{"lines":[]}""", "lines")]
    [InlineData("""{"lines":[null]}""", "lines[0].ticketId", "lines[0].quantity")]
    [InlineData("""{"lines":[{"ticketId":"a"},{"quantity":0}]}""", "lines[1].ticketId", "lines[1].quantity")]
    [InlineData("""{"lines":[{"ticketId":"a"},{"ticketId":"a","quantity":2}]}""", "lines")]
    [InlineData("""{"lines":[{"ticketId":"a"}],"ticketId":"a"}""", "lines")]
    [InlineData("""{"lines":[{"ticketId":"a"}],"quantity":1}""", "lines")]
    [InlineData(
        """{"lines":[{"ticketId":"1"},{"ticketId":"2"},{"ticketId":"3"},{"ticketId":"4"},{"ticketId":"5"},{"ticketId":"6"},{"ticketId":"7"},{"ticketId":"8"},{"ticketId":"9"},{"ticketId":"10"},{"ticketId":"11"}]}""",
        "lines")]
    public async Task Wrong_lines_are_refused_by_field(string body, params string[] fields) =>
        (await (await Shop.SellerAsync()).PostAsync("/api/orders", body)).IsInvalid(fields);

    [Fact]
    public async Task An_order_has_one_currency_and_only_tickets_that_there_are()
    {
        var (seller, buyer) = await PeopleAsync();
        var dollars = await seller.ListTicketAsync();
        var euros = (await seller.PostAsync("/api/tickets", new { title = "Concert", price = 1, currency = "EUR" })).Read<Ticket>(Created);

        (await PlaceAsync(buyer, (dollars, 1), (euros, 1))).IsInvalid("lines");
        (await PlaceAsync(buyer, (dollars, 1), (dollars with { Id = Guid.NewGuid().ToString() }, 1))).IsProblem(NotFound);
    }

    private static Task<Answer> PlaceAsync(Caller buyer, params (Ticket Ticket, int Quantity)[] lines) => buyer.PostAsync("/api/orders", Body(lines));

    private static object Body((Ticket Ticket, int Quantity)[] lines) =>
        new { lines = lines.Select(line => new { ticketId = line.Ticket.Id, quantity = line.Quantity }) };
}
