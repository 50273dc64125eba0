using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// Every error says why, and what would have done (RFC 9110, section 15; RFC 9457; RFC 6750).
public abstract partial class HttpScenarios
{
    [Fact]
    public async Task Every_service_says_why_it_does_not_answer_whatever_the_caller_accepts()
    {
        var user = await Shop.SignUpAsync();
        foreach (var (_, url) in Shop.Endpoints.Services)
            foreach (var accept in (string[])["application/json", "text/html", "image/png, */*;q=0"])
            {
                Says((await CallAsync("GET", "/nowhere")).IsProblem(NotFound), "There is nothing at /nowhere.");
                var wrong = await CallAsync("DELETE", "/health");
                Says(wrong.IsProblem(MethodNotAllowed), "DELETE is not allowed here. The Allow header lists the methods that are.");
                Assert.Equal(["GET, HEAD"], wrong.Headers["Allow"]);

                Task<Answer> CallAsync(string method, string path) => user.SendAsync(new(method), new Uri(url, path), null, ("Accept", accept));
            }

        static void Says(JsonElement problem, string detail) => Assert.Equal(detail, problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("GET", "/api/users/currentuser")]
    [InlineData("POST", "/api/tickets")]
    [InlineData("PUT", "/api/tickets/x")]
    [InlineData("GET", "/api/orders")]
    [InlineData("PATCH", "/api/orders/x")]
    [InlineData("POST", "/api/payments")]
    public async Task Who_is_turned_away_is_told_how_to_sign_in_and_whether_a_token_was_wrong(string method, string path)
    {
        var body = method == "GET" ? null : "{}";
        foreach (var header in ((string, string)[])[("Accept", "*/*"), ("Cookie", "session=forged"), ("Authorization", "Basic eDp5")])
        {
            var answer = await Shop.Anyone.SendAsync(new(method), path, body, header);
            Assert.StartsWith("Sign in first", answer.IsProblem(Unauthorized).GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Equal(["Bearer realm=\"ticketing\""], answer.Headers["WWW-Authenticate"]);
        }
        var forged = await Shop.Anyone.SendAsync(new(method), path, body, ("Authorization", "Bearer forged"));
        Assert.StartsWith("The access token is not valid", forged.IsProblem(Unauthorized).GetProperty("detail").GetString(), StringComparison.Ordinal);
        var challenge = AuthenticationHeaderValue.Parse(Assert.Single(forged.Headers["WWW-Authenticate"]));
        Assert.Equal("Bearer", challenge.Scheme);
        Assert.StartsWith("realm=\"ticketing\", error=\"invalid_token\", error_description=", challenge.Parameter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_answered_with_a_challenge_too() => Assert.Equal(
        ["Bearer realm=\"ticketing\""], (await SignInAsync(Shop.NewEmail(), Shop.Password)).Is(Unauthorized).Headers["WWW-Authenticate"]);

    [Theory]
    [InlineData("application/json; charset=utf8")]
    [InlineData("application/json; charset=klingon")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("text/plain")]
    [InlineData("application/xml; charset=utf-8")]
    public async Task A_body_in_an_unknown_charset_or_of_another_type_is_refused(string type)
    {
        foreach (var path in (string[])["/api/users/signup", "/api/tickets", "/api/orders", "/api/payments"])
        {
            var answer = await SendBodyAsync(path, type, "{}");
            Assert.StartsWith("The body must be ", answer.IsProblem(UnsupportedMediaType).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    public async Task A_body_of_json_is_read(string type) => (await SendBodyAsync("/api/tickets", type, """{"title":"Café","price":1}""")).Is(Created);

    [Fact]
    public async Task A_body_with_a_content_coding_is_refused_with_what_would_do()
    {
        var answer = await SendBodyAsync("/api/tickets", "application/json", "{}", content => content.Headers.ContentEncoding.Add("gzip"));
        answer.IsProblem(UnsupportedMediaType);
        Assert.Equal(["identity"], answer.Headers["Accept-Encoding"]);
    }

    [Theory]
    [InlineData("text/html", NotAcceptable)]
    [InlineData("application/json;q=0, */*", NotAcceptable)]
    [InlineData("*/*;q=0.1, application/json;q=0.0", NotAcceptable)]
    [InlineData("application/xml, text/*", NotAcceptable)]
    [InlineData("*/*", OK)]
    [InlineData("application/*", OK)]
    [InlineData("text/html, application/json;q=0.1", OK)]
    [InlineData("text/html, */*;q=0.1", OK)]
    [InlineData("application/*;q=0, application/json", OK)]
    public async Task An_answer_is_json_or_nothing_if_the_caller_excludes_that(string accept, System.Net.HttpStatusCode expected)
    {
        var (seller, header) = (await Shop.SellerAsync(), ("Accept", accept));
        foreach (var path in (string[])["/api/users/currentuser", "/api/tickets", "/api/orders"])
        {
            var answer = await seller.GetAsync(path, header);
            Assert.Equal(expected == OK ? "application/json" : "application/problem+json", answer.Is(expected).ContentType);
            Assert.Contains("Accept", answer.Headers["Vary"]);
        }
        if (expected == NotAcceptable)
            (await seller.PostAsync("/api/tickets", new { title = "x", price = 1 }, header)).IsProblem(NotAcceptable);
    }

    [Fact]
    public async Task A_table_is_text_and_not_json()
    {
        var seller = await Shop.SellerAsync();
        var path = $"/api/tickets/{(await seller.ListTicketAsync()).Id}/orders.csv";
        Assert.Equal("text/csv", (await seller.GetAsync(path, ("Accept", "text/*"))).Is(OK).ContentType);
        (await seller.GetAsync(path, ("Accept", "application/json"))).IsProblem(NotAcceptable);
    }

    [Fact]
    public async Task What_can_be_read_has_a_head()
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.BuyAsync(await seller.ListTicketAsync());
        await Shop.SettleAsync();
        foreach (var path in (string[])
            ["/api/users/currentuser", "/api/tickets", $"/api/tickets/{order.TicketId}", "/api/orders", $"/api/orders/{order.Id}", $"/api/payments/{order.Id}", "/api/orders/x"])
        {
            var (get, head) = (await buyer.GetAsync(path), await buyer.SendAsync(HttpMethod.Head, path, null));
            Assert.Equal((get.Status, get.ContentType, get.ETag, ""), (head.Status, head.ContentType, head.ETag, head.Body));
        }
        foreach (var (_, url) in Shop.Endpoints.Services)
            foreach (var path in (string[])["/health", "/alive", "/openapi/v1.json"])
                Assert.Equal("", (await buyer.SendAsync(HttpMethod.Head, new Uri(url, path), null)).Is(OK).Body);
        (await buyer.SendAsync(HttpMethod.Head, $"/api/orders/{order.Id}", null, ("If-None-Match", "*"))).Is(NotModified);
        (await buyer.SendAsync(HttpMethod.Head, "/api/payments", null)).Is(MethodNotAllowed);
    }

    [Fact]
    public async Task An_id_that_was_made_just_now_may_be_on_its_way_and_an_old_or_foreign_one_is_not()
    {
        var buyer = await Shop.SignUpAsync();
        // Each of them is looked for as long as an event may be on its way.
        await Task.WhenAll(
            IsAsync(Guid.CreateVersion7(), ServiceUnavailable), IsAsync(Guid.CreateVersion7(DateTimeOffset.UtcNow.AddMinutes(-5)), NotFound),
            IsAsync(Guid.CreateVersion7(DateTimeOffset.UtcNow.AddMinutes(5)), NotFound), IsAsync(Guid.NewGuid(), NotFound), IsAsync("x", NotFound));

        async Task IsAsync(object id, System.Net.HttpStatusCode expected)
        {
            var answers = await Task.WhenAll(
                buyer.PostAsync("/api/orders", new { ticketId = $"{id}" }), buyer.PostAsync("/api/payments", new { orderId = $"{id}", paymentMethod = "pm_card_visa" }));
            Assert.All(answers, answer => answer.IsProblem(expected));
            Assert.All(answers, answer => Assert.Equal(expected == NotFound ? null : "1", answer.Headers["Retry-After"].SingleOrDefault()));
        }
    }

    private async Task<Answer> SendBodyAsync(string path, string type, string body, Action<HttpContent>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Shop.Endpoints.ServiceOf(path), path));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        Assert.True(request.Content.Headers.TryAddWithoutValidation("Content-Type", type));
        change?.Invoke(request.Content);
        request.Headers.Authorization = new("Bearer", (await Shop.SellerAsync()).Session.AccessToken);
        return await Shop.SendAsync(request);
    }
}
