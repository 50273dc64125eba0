using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// Idempotency-Key on every call that creates or charges (draft-ietf-httpapi-idempotency-key-header).
public abstract partial class HttpScenarios
{
    [Fact]
    public async Task The_same_key_is_the_same_ticket_and_another_listing_with_it_is_refused()
    {
        var (seller, other) = await PeopleAsync();
        var key = $"key {Guid.NewGuid()}";
        var listing = new { title = "Cafe\u0301", price = 12.50m, quantity = 3 };

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => seller.PostAsync("/api/tickets", listing, ("Idempotency-Key", key))));
        var ticket = Assert.Single(answers.Select(answer => answer.Read<Ticket>(Created)).Distinct());
        Assert.All(answers, answer => Assert.Equal(($"/api/tickets/{ticket.Id}", "\"1\""), (answer.Location, answer.ETag)));

        (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { quantity = 4 })).Is(OK);
        // Quotes, and the spelling of the body, make no difference.
        var again = await seller.PostAsync("/api/tickets", """{"price":12.5,"quantity":3,"title":"Café","currency":"USD"}""", ("Idempotency-Key", $"\"{key}\""));
        Assert.Equal(ticket with { Quantity = 4, Available = 4, Version = 2 }, again.Read<Ticket>(Created));
        (await seller.PostAsync("/api/tickets", new { title = "Café", price = 12.50m, quantity = 4 }, ("Idempotency-Key", key))).IsProblem(UnprocessableEntity);
        Assert.NotEqual(ticket.Id, (await other.PostAsync("/api/tickets", listing, ("Idempotency-Key", key))).Read<Ticket>(Created).Id);
    }

    [Fact]
    public async Task The_same_key_is_the_same_sign_up_and_another_one_with_it_is_refused()
    {
        var (email, key) = (Shop.NewEmail(), ("Idempotency-Key", $"{Guid.NewGuid()}"));
        var credentials = new { email, password = Shop.Password };

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Shop.Anyone.PostAsync("/api/users/signup", credentials, key)));

        var id = Assert.Single(answers.Select(answer => answer.Read<Session>(Created).Id).Distinct());
        Assert.Equal(id, (await SignInAsync(email, Shop.Password)).Read<Session>().Id);
        (await Shop.Anyone.PostAsync("/api/users/signup", new { email, password = "another one" }, key)).IsProblem(UnprocessableEntity);
        (await Shop.Anyone.PostAsync("/api/users/signup", credentials, ("Idempotency-Key", "another"))).IsProblem(Conflict);
        (await Shop.Anyone.PostAsync("/api/users/signup", credentials)).IsProblem(Conflict);
    }

    [Fact]
    public async Task The_same_key_is_the_same_payment_and_another_method_with_it_is_refused()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());

        var declined = (await PayAsync("pm_card_chargeDeclined", "first")).Read<Payment>(Created);
        Assert.Equal(declined, (await PayAsync("pm_card_chargeDeclined", "\"first\"")).Read<Payment>(Created));
        (await PayAsync("pm_card_visa", "first")).IsProblem(UnprocessableEntity);
        var paid = (await PayAsync("pm_card_visa", "second")).Read<Payment>(Created);
        Assert.Equal(("succeeded", 2), (paid.Status, paid.Attempts.Count));
        Assert.Equal(paid, (await PayAsync("pm_card_visa", "second")).Read<Payment>(Created));
        Assert.Equal(paid, (await PayAsync("pm_card_chargeDeclined", "first")).Read<Payment>(Created));
        (await PayAsync("pm_card_mastercard", "second")).IsProblem(UnprocessableEntity);

        Task<Answer> PayAsync(string method, string key) =>
            buyer.PostAsync("/api/payments", new { orderId = order.Id, paymentMethod = method }, ("Idempotency-Key", key));
    }

    [Fact]
    public async Task An_order_that_is_repeated_is_answered_as_it_was_at_first()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        var other = await Shop.SignUpAsync();
        var held = await other.ReserveAsync(ticket);
        await Shop.SettleAsync();
        // An instance that has not heard of it places the order first.
        var (key, answer) = ("", default(Answer));
        await Testing.Eventually.IsAsync(
            async () => (answer = await OrderAsync(buyer, ticket, 1, key = $"{Guid.NewGuid()}")).Status == Conflict, () => $"the order is not refused: {answer?.Body}");
        await other.CancelAsync(held);
        await Shop.SettleAsync();

        // There is a seat again, and the order is over.
        var again = (await OrderAsync(buyer, ticket, 1, $"\"{key}\"")).IsProblem(Conflict);
        Assert.Equal(answer!.IsProblem(Conflict).GetProperty("detail").GetString(), again.GetProperty("detail").GetString());
        var placed = (await OrderAsync(buyer, ticket, 1, "placed")).Read<Order>(Created);
        await buyer.WaitForStatusAsync(placed.Id, Order.PendingPayment);
        Assert.Equal(placed.Id, (await OrderAsync(buyer, ticket, 1, "placed")).Read<Order>(Created).Id);
        Assert.Equal([placed.Id], (await OrdersAsync(buyer)).Where(order => order.Status == Order.PendingPayment).Select(order => order.Id));
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("\"\"")]
    [InlineData("\"a")]
    [InlineData("a\"b")]
    [InlineData("\"a\"b\"")]
    [InlineData("\"a\\b\"")]
    [InlineData("\"a\";b=1")]
    public async Task A_malformed_key_is_refused_by_its_name(string key)
    {
        var seller = await Shop.SellerAsync();
        foreach (var (path, body) in ((string, object)[])
        [
            ("/api/users/signup", new { email = Shop.NewEmail(), password = Shop.Password }), ("/api/tickets", new { title = "x", price = 1 }),
            ("/api/orders", new { ticketId = "x" }), ("/api/payments", new { orderId = "x", paymentMethod = "pm_card_visa" }),
        ])
            (await seller.PostAsync(path, body, ("Idempotency-Key", key))).IsInvalid("Idempotency-Key");
    }

    [Fact]
    public async Task A_key_is_given_once_and_has_at_most_255_characters()
    {
        var seller = await Shop.SellerAsync();
        var listing = new { title = "x", price = 1 };
        (await seller.PostAsync("/api/tickets", listing, ("Idempotency-Key", new string('k', 256)))).IsInvalid("Idempotency-Key");
        (await seller.PostAsync("/api/tickets", listing, ("Idempotency-Key", "a"), ("Idempotency-Key", "b"))).IsInvalid("Idempotency-Key");

        var ticket = (await seller.PostAsync("/api/tickets", listing, ("Idempotency-Key", new string('k', 253) + "\\"))).Read<Ticket>(Created);
        Assert.Equal(ticket.Id, (await seller.PostAsync("/api/tickets", listing, ("Idempotency-Key", $"\"{new string('k', 253)}\\\\\""))).Read<Ticket>(Created).Id);
    }

    [Fact]
    public async Task What_a_seller_takes_back_twice_is_taken_back_once()
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync(quantity: 2);
        await buyer.BuyAsync(ticket);
        await Shop.SettleAsync();

        var cancelled = (await seller.PostAsync($"/api/tickets/{ticket.Id}/cancel", null, ("Idempotency-Key", "c"))).Read<Ticket>();
        await Shop.SettleAsync();
        var again = (await seller.PostAsync($"/api/tickets/{ticket.Id}/cancel", null, ("Idempotency-Key", "c"))).Read<Ticket>();

        Assert.Equal((Ticket.Cancelled, 1, Ticket.Cancelled, 2), (cancelled.State, cancelled.Available, again.State, again.Available));
    }
}
