using System.Globalization;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// What is wrong with a request is said by field, all of it at once.
public abstract partial class HttpScenarios
{
    [Theory]
    [InlineData("/api/users/signup", """{"email":"nobody","password":"longenough"}""", "email")]
    [InlineData("/api/users/signup", """{"email":"a@b@c","password":"longenough"}""", "email")]
    [InlineData("/api/users/signup", """{"email":"an\u200bn@example.com","password":"longenough"}""", "email")]
    [InlineData("/api/users/signup", """{"email":"a@b","password":"short"}""", "password")]
    [InlineData("/api/users/signup", """{"email":"a@b","password":"QwertyUiop"}""", "password")]
    [InlineData("/api/users/signup", """{}""", "email", "password")]
    [InlineData("/api/users/signin", """{"email":"a@b"}""", "password")]
    [InlineData("/api/tickets", """{"title":"","price":1}""", "title")]
    [InlineData("/api/tickets", """{"title":"  ","price":1}""", "title")]
    [InlineData("/api/tickets", """{"title":"\u200b\u3164","price":1}""", "title")]
    [InlineData("/api/tickets", """{"title":"x\u202ey","price":1}""", "title")]
    [InlineData("/api/tickets", """{"title":"\ud800","price":1}""", "title")]
    [InlineData("/api/tickets", """{"title":"x"}""", "price")]
    [InlineData("/api/tickets", """{"title":"x","price":-1}""", "price")]
    [InlineData("/api/tickets", """{"title":"x","price":1.234}""", "price")]
    [InlineData("/api/tickets", """{"title":"x","price":1.000000000000000000000000000000000001}""", "price")]
    [InlineData("/api/tickets", """{"title":"x","price":10.55,"currency":"JPY"}""", "price")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"currency":"ZZZ"}""", "currency")]
    [InlineData("/api/tickets", """{"title":"x","price":1,"currency":"XXX"}""", "currency")]
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
    [InlineData("/api/tickets", """{"title":"x","price":1,"refill":{"below":-1,"amount":0,"upTo":10001}}""", "refill.below", "refill.amount", "refill.upTo")]
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
    [InlineData("POST", "/api/users/signup", """{"email":"a@b","password":"longenough","colour":1}""", "colour", "colour is not a field of this request.")]
    [InlineData("POST", "/api/users/signup", """{"email":"a@b","password":"Password1"}""", "password", "password must not be one of the most common passwords.")]
    [InlineData("POST", "/api/users/signin", """{"email":"a@b","password":"longenough","colour":1}""", "colour", "colour is not a field of this request.")]
    [InlineData("POST", "/api/tickets", """{"title":"x","price":1,"colour":{"a":1}}""", "colour", "colour is not a field of this request.")]
    [InlineData("POST", "/api/tickets", """{"title":"x","price":1,"id":"x"}""", "id", "id is not a field of this request.")]
    [InlineData("POST", "/api/tickets", """{"title":"x","price":1,"a.b":1}""", "a.b", "a.b is not a field of this request.")]
    [InlineData("PUT", "/api/tickets/x", """{"price":1,"colour":1}""", "colour", "colour is not a field of this request.")]
    [InlineData("PUT", "/api/tickets/x", """{"price":1,"currency":"EUR"}""", "currency", "currency cannot change.")]
    [InlineData("PUT", "/api/tickets/x", """{"userId":"me"}""", "userId", "userId cannot change.")]
    [InlineData("PUT", "/api/tickets/x", """{"status":1}""", "status", "status is not a field of this request.")]
    [InlineData("POST", "/api/tickets", """{"title":"x" "price":1}""", "$", "The body must be a valid JSON object.")]
    [InlineData("POST", "/api/orders", """{"ticketId":"x","price":1}""", "price", "price is not a field of this request.")]
    [InlineData("POST", "/api/payments", """{"orderId":"x","paymentMethod":"pm_card_visa","amount":1}""", "amount", "amount is not a field of this request.")]
    [InlineData("POST", "/api/tickets", """{"title":"x","price":1,"price":2}""", "price", "price must be given only once.")]
    [InlineData("PUT", "/api/tickets/x", """{"title":"x","Title":"y"}""", "Title", "Title must be given only once.")]
    [InlineData("POST", "/api/tickets", """{"title":5,"price":1}""", "title", "title must be a string of valid Unicode.")]
    [InlineData("POST", "/api/tickets", """{"title":"x","price":"cheap"}""", "price", "price must be a number of at most 28 digits.")]
    [InlineData("POST", "/api/tickets", """{"title":"x","price":1,"venue":5}""", "venue", "venue must be a string of valid Unicode.")]
    [InlineData("POST", "/api/orders", """{"lines":"x"}""", "lines", "lines must be a list.")]
    [InlineData("POST", "/api/orders", """{"lines":[5]}""", "lines[0]", "lines[0] must be an object.")]
    [InlineData("POST", "/api/orders", """{"lines":[{"ticketId":"x","quantity":"two"}]}""", "lines[0].quantity", "lines[0].quantity must be a whole number of at most 32 bits.")]
    [InlineData("POST", "/api/orders", """{"lines":[{"ticketId":"x","row":1}]}""", "lines[0].row", "lines[0].row is not a field of this request.")]
    [InlineData("POST", "/api/orders", """{"ticketId":"x","quantity":1.5}""", "quantity", "quantity must be a whole number of at most 32 bits.")]
    [InlineData("POST", "/api/tickets", "[]", "$", "The body must be a valid JSON object.")]
    [InlineData("POST", "/api/tickets", """{"title":"x","price":1,"refill":{"below":"few","amount":1,"upTo":1}}""", "refill.below", "refill.below must be a whole number of at most 32 bits.")]
    [InlineData("POST", "/api/tickets", """{"title":"x","price":1,"refill":{"below":0,"amount":1}}""", "refill.upTo", "refill.upTo must be a whole number from 1 to 10,000.")]
    [InlineData("POST", "/api/tickets", """{"title":"x","price":1,"refill":{"below":0,"amount":2,"upTo":1}}""", "refill.upTo", "refill.upTo must be at least refill.amount.")]
    public async Task A_field_that_is_not_read_is_refused_with_the_rule(string method, string path, string body, string field, string message)
    {
        var answer = await (await Shop.SellerAsync()).SendAsync(new(method), path, body);
        answer.IsInvalid(field);
        Assert.Equal(message, answer.IsProblem(BadRequest).GetProperty("errors").GetProperty(field)[0].GetString());
    }

    [Theory]
    [InlineData("JPY", "1055", "10.55")]
    [InlineData("KWD", "1.005", "1.0055")]
    public async Task A_price_has_the_decimals_of_its_currency_from_the_listing_to_the_order(string currency, string amount, string wrong)
    {
        var price = decimal.Parse(amount, CultureInfo.InvariantCulture);
        var (seller, buyer) = await PeopleAsync();
        var ticket = (await seller.PostAsync("/api/tickets", new { title = "Opera", price, currency, quantity = 9 })).Read<Ticket>(Created);

        (await seller.PutAsync($"/api/tickets/{ticket.Id}", $$"""{"price":{{wrong}}}""")).IsInvalid("price");
        Assert.Equal(ticket, await Shop.Anyone.TicketAsync(ticket.Id));

        // Stripe charges dinars in hundredths: not three of these.
        var order = await buyer.ReserveAsync(ticket, 2);
        Assert.Equal((2 * price, currency), (order.Price, order.Currency));
        await buyer.PayAsync(order);
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);
    }

    [Fact]
    public async Task A_title_is_counted_as_people_count_and_normalised()
    {
        var seller = await Shop.SellerAsync();
        var title = "Cafe\u0301 " + string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦", 101));
        var ticket = await seller.ListTicketAsync(title: title);
        Assert.Equal(title.Replace("e\u0301", "é", StringComparison.Ordinal), ticket.Title);
        Assert.Equal("é", (await seller.PutAsync($"/api/tickets/{ticket.Id}", new { title = "e\u0301" })).Read<Ticket>().Title);
    }

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
