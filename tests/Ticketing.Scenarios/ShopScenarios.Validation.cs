using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// What is wrong with a request is said by field, all of it at once.
public abstract partial class ShopScenarios
{
    [Theory]
    [InlineData("/api/users/signup", """{"email":"nobody","password":"longenough"}""", "email")]
    [InlineData("/api/users/signup", """{"email":"a@b@c","password":"longenough"}""", "email")]
    [InlineData("/api/users/signup", """{"email":"a@b","password":"short"}""", "password")]
    [InlineData("/api/users/signup", """{}""", "email", "password")]
    [InlineData("/api/users/signin", """{"email":"a@b"}""", "password")]
    [InlineData("/api/tickets", """{"title":"","price":1}""", "title")]
    [InlineData("/api/tickets", """{"title":"  ","price":1}""", "title")]
    [InlineData("/api/tickets", """{"title":"x"}""", "price")]
    [InlineData("/api/tickets", """{"title":"x","price":-1}""", "price")]
    [InlineData("/api/tickets", """{"title":"x","price":1.234}""", "price")]
    [InlineData("/api/tickets", """{"title":"x","price":1e400}""", "price")]
    [InlineData("/api/tickets", """{"title":"x","price":"cheap"}""", "price")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"currency":"usd"}""", "currency")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"quantity":0}""", "quantity")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"quantity":10001}""", "quantity")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"quantity":1.5}""", "quantity")]
    [InlineData("/api/tickets", """{"title":"","price":-1,"currency":"x","quantity":0}""", "title", "price", "currency", "quantity")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"startsAt":"2026-07-01T20:00:00"}""", "startsAt")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"startsAt":5}""", "startsAt")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"venue":"","lowStockAt":10001}""", "venue", "lowStockAt")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"lowStockAt":1.5}""", "lowStockAt")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"salesFrom":"soon","salesUntil":"2026-07-01","refundableUntil":"x"}""", "salesFrom", "salesUntil", "refundableUntil")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"salesFrom":"2026-07-01T20:00Z","salesUntil":"2026-07-01T20:00Z"}""", "salesUntil")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"startsAt":"2026-07-01T20:00Z","salesUntil":"2026-07-01T21:00Z","refundableUntil":"2026-07-02T20:00Z"}""", "salesUntil", "refundableUntil")]
    [InlineData("/api/tickets", """{"title":"x",""", "$")]
    [InlineData("/api/tickets", """[]""", "$")]
    [InlineData("/api/tickets", null, "$")]
    [InlineData("/api/orders", """{}""", "ticketId")]
    [InlineData("/api/orders", """{"ticketId":5}""", "ticketId")]
    [InlineData("/api/orders", """{"ticketId":"x","quantity":0}""", "quantity")]
    [InlineData("/api/orders", """{"ticketId":"x","quantity":10001}""", "quantity")]
    [InlineData("/api/payments", """{"paymentMethod":"pm_card_visa"}""", "orderId")]
    [InlineData("/api/payments", """{"orderId":"x"}""", "paymentMethod")]
    [InlineData("/api/payments", """{"orderId":"x","paymentMethod":"gold"}""", "paymentMethod")]
    public async Task A_wrong_body_is_refused_by_field(string path, string? body, params string[] fields) =>
        (await (await Shop.SellerAsync()).PostAsync(path, body)).IsInvalid(fields);

    [Theory]
    [InlineData("/api/tickets?limit=0", "limit")]
    [InlineData("/api/tickets?limit=201", "limit")]
    [InlineData("/api/tickets/mine?limit=201", "limit")]
    [InlineData("/api/orders?limit=0", "limit")]
    [InlineData("/api/orders?after=nothing", "after")]
    [InlineData("/api/orders/x?wait=61", "wait")]
    public async Task A_wrong_query_is_refused_by_parameter(string path, string field) =>
        (await (await Shop.SellerAsync()).GetAsync(path)).IsInvalid(field);

    [Fact]
    public async Task Text_of_200_characters_and_a_price_with_cents_are_kept_as_they_are()
    {
        var title = "Ünïcode 🎟️ \"<b>\" " + new string('x', 180);
        var ticket = await (await Shop.SellerAsync()).ListTicketAsync(price: 12.30m, title: title);
        Assert.Equal((title, 12.3m), ((await Shop.Anyone.TicketAsync(ticket.Id)).Title, ticket.Price));
    }

    [Theory]
    [InlineData("/api/users/signup")]
    [InlineData("/api/tickets")]
    [InlineData("/api/orders")]
    [InlineData("/api/payments")]
    public async Task A_body_over_64_KiB_is_refused(string path)
    {
        var seller = await Shop.SellerAsync();
        Assert.NotEqual(RequestEntityTooLarge, (await seller.PostAsync(path, $"\"{new string('x', 64 * 1024 - 2)}\"")).Status);
        (await seller.PostAsync(path, $"\"{new string('x', 64 * 1024 - 1)}\"")).IsProblem(RequestEntityTooLarge);
    }
}
