using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Http;

/// <summary>What needs a setting, or a service that is not well. The scenarios have the rest.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class HttpTests
{
    private const string Shop = "https://shop.example";

    [Fact]
    public async Task A_page_of_a_configured_origin_may_call_with_credentials_and_read_these_headers()
    {
        await using var service = await HttpService.StartAsync(("Cors:Origins:0", Shop), ("Cors:Origins:1", "http://localhost:3000"));

        using var answer = await service.SendAsync("GET", "/api/things", ("Origin", Shop));
        Assert.Equal((Shop, "true"), (Header(answer, "Access-Control-Allow-Origin"), Header(answer, "Access-Control-Allow-Credentials")));
        Assert.Contains("Origin", Header(answer, "Vary"), StringComparison.Ordinal);
        Assert.Equal("ETag,Link,Location,Retry-After,WWW-Authenticate", Header(answer, "Access-Control-Expose-Headers"));
        using var preflight = await service.SendAsync(
            "OPTIONS", "/api/things", ("Origin", Shop), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "if-match"));
        Assert.Equal((HttpStatusCode.NoContent, Shop), (preflight.StatusCode, Header(preflight, "Access-Control-Allow-Origin")));
        Assert.Equal(("PUT", "if-match"), (Header(preflight, "Access-Control-Allow-Methods"), Header(preflight, "Access-Control-Allow-Headers")));
        // An error, too, is the page's to read.
        using var error = await service.SendAsync("GET", "/api/broken", ("Origin", Shop));
        Assert.Equal(Shop, Header(error, "Access-Control-Allow-Origin"));
        // And it may change what it likes with the cookie.
        using var change = await service.SendAsync("POST", "/api/things", ("Origin", Shop), ("Sec-Fetch-Site", "same-site"), ("Cookie", "__Host-session=x"));
        Assert.Equal(HttpStatusCode.OK, change.StatusCode);

        using var other = await service.SendAsync("GET", "/api/things", ("Origin", "https://evil.example"));
        Assert.Null(Header(other, "Access-Control-Allow-Origin"));
        using var forged = await service.SendAsync("POST", "/api/things", ("Origin", "https://evil.example"), ("Cookie", "__Host-session=x"));
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
    }

    [Theory]
    [InlineData("Production", "__Host-session", true)]
    [InlineData("Development", "session", false)]
    public async Task The_cookie_is_only_for_https_and_the_very_host_except_in_development(string environment, string name, bool isSecure)
    {
        await using var service = await HttpService.StartAsync(("environment", environment));

        using var answer = await service.SendAsync("POST", "/api/session");

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split("; ");
        Assert.StartsWith($"{name}=", cookie[0], StringComparison.Ordinal);
        Assert.Equal(["path=/", .. isSecure ? ["secure"] : Array.Empty<string>(), "samesite=strict", "httponly"], cookie[1..]);
        using var recognised = await service.SendAsync("GET", "/api/session", ("Cookie", cookie[0]));
        Assert.Equal(HttpStatusCode.OK, recognised.StatusCode);
    }

    [Fact]
    public async Task Without_a_setting_no_page_of_another_origin_may_call()
    {
        await using var service = await HttpService.StartAsync();

        using var answer = await service.SendAsync("GET", "/api/things", ("Origin", Shop));
        Assert.Null(Header(answer, "Access-Control-Allow-Origin"));
        using var preflight = await service.SendAsync("OPTIONS", "/api/things", ("Origin", Shop), ("Access-Control-Request-Method", "PUT"));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, null), (preflight.StatusCode, Header(preflight, "Access-Control-Allow-Origin")));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("shop.example")]
    [InlineData("https://shop.example/")]
    [InlineData("https://shop.example/page")]
    public async Task What_is_no_origin_ends_the_start(string origin)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => HttpService.StartAsync(("Cors:Origins:0", origin)));
        Assert.Contains($"Cors:Origins has '{origin}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production", "https", "max-age=2592000")]
    [InlineData("Production", "http", null)]
    [InlineData("Development", "https", null)]
    public async Task Browsers_are_told_to_stay_with_TLS_where_it_is_spoken(string environment, string scheme, string? expected)
    {
        await using var service = await HttpService.StartAsync(("environment", environment), ("ForwardedHeaders:KnownProxies:0", "127.0.0.1"));

        using var answer = await service.SendAsync("GET", "/api/things", ("X-Forwarded-Proto", scheme), ("Host", "shop.example"));

        Assert.Equal(expected, Header(answer, "Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("ForwardedHeaders:KnownProxies:0", "proxy.example", "ForwardedHeaders:KnownProxies must be IP addresses, not 'proxy.example'.")]
    [InlineData("ForwardedHeaders:KnownNetworks:0", "10.0.0.0", "ForwardedHeaders:KnownNetworks must be networks such as 10.0.0.0/8, not '10.0.0.0'.")]
    public async Task A_proxy_that_cannot_be_named_so_ends_the_start(string setting, string value, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<InvalidOperationException>(() => HttpService.StartAsync((setting, value)))).Message);

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html")]
    public async Task A_fault_of_the_service_has_a_body_that_says_so_and_no_more(string accept)
    {
        await using var service = await HttpService.StartAsync();

        using var answer = await service.SendAsync("GET", "/api/broken", ("Accept", accept));

        Assert.Equal((HttpStatusCode.InternalServerError, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("as the test wants", body, StringComparison.Ordinal);
        var problem = JsonSerializer.Deserialize<JsonElement>(body);
        Assert.Contains("traceId", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        Assert.Equal(("nosniff", "no-store"), (Header(answer, "X-Content-Type-Options"), Header(answer, "Cache-Control")));
    }

    [Theory]
    [InlineData("/api/pages?limit=200", "a\\b")]
    [InlineData("/api/pages?limit=0", "k", "limit must be a whole number from 1 to 200.")]
    [InlineData("/api/pages?limit=201", "\"k\"", "limit must be a whole number from 1 to 200.")]
    [InlineData("/api/pages", "\"", "Idempotency-Key must be given once, and have 1 to 255 printable ASCII characters, in quotes, or without quotes and commas.")]
    [InlineData("/api/pages?limit=-1", "a,b", "limit must be a whole number from 1 to 200.", "Idempotency-Key must be given once, and have 1 to 255 printable ASCII characters, in quotes, or without quotes and commas.")]
    public async Task A_parameter_and_a_header_are_named_as_the_caller_spells_them(string path, string key, params string[] rules)
    {
        await using var service = await HttpService.StartAsync();

        using var answer = await service.SendAsync("GET", path, ("Idempotency-Key", key));

        Assert.Equal(rules.Length == 0 ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
        var body = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        if (rules.Length == 0)
            return;
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(400, body.GetProperty("status").GetInt32());
        Assert.Equal(rules.Select(rule => (rule.Split(' ')[0], rule)), body.GetProperty("errors").EnumerateObject().Select(error => (error.Name, error.Value[0].GetString()!)));
    }

    [Theory]
    [InlineData("GET", "/api/pages?limit=many", null, "limit must be a whole number of at most 32 bits.")]
    [InlineData("GET", "/api/pages?limit=1&limit=2", null, "limit must be a whole number of at most 32 bits.")]
    [InlineData("GET", "/api/pages?limit=1.5&sold=maybe", null, "limit must be a whole number of at most 32 bits.", "sold must be true or false.")]
    [InlineData("POST", "/api/things", """{"name":"x","Name":"y"}""", "Name must be given only once.")]
    [InlineData("POST", "/api/things", """{"parts":[],"parts":[]}""", "parts must be given only once.")]
    [InlineData("POST", "/api/things", """{"parts":[{"name":"x"},{"name":"x","name":"y"}]}""", "parts[1].name must be given only once.")]
    [InlineData("POST", "/api/things", """{"parts":{}}""", "parts must be a list.")]
    [InlineData("POST", "/api/things", """{"parts":[5]}""", "parts[0] must be an object.")]
    [InlineData("POST", "/api/things", """{"name":5 no more""", "name must be a string of valid Unicode.")]
    public async Task What_cannot_be_read_is_named_with_what_it_must_be(string method, string path, string? sent, params string[] rules)
    {
        await using var service = await HttpService.StartAsync();

        using var answer = await service.SendAsync(method, path, sent, []);

        var body = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(rules.Select(rule => (rule.Split(' ')[0], rule)), body.GetProperty("errors").EnumerateObject().Select(error => (error.Name, error.Value[0].GetString()!)));
    }

    [Theory]
    [InlineData("/api/private", "text/plain", HttpStatusCode.Unauthorized)]
    [InlineData("/api/private", "application/json", HttpStatusCode.Unauthorized)]
    [InlineData("/api/things", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task Who_is_not_signed_in_hears_that_before_what_is_wrong_with_the_body(string path, string type, HttpStatusCode expected)
    {
        await using var service = await HttpService.StartAsync();
        using var answer = await service.SendAsync("POST", path, "{", [], type);
        Assert.Equal((expected, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task In_development_a_page_shows_the_calls_and_needs_no_other_host()
    {
        await using var service = await HttpService.StartAsync(("environment", "Development"));

        using var page = await service.SendAsync("GET", "/scalar/");

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var nonce = Regex.Match(html, "nonce=\"([^\"]+)\"").Groups[1].Value;
        Assert.Contains($"default-src 'none'; script-src 'self' 'nonce-{nonce}';", Header(page, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        foreach (var (path, type) in ((string, string)[])[("/scalar/scalar.js", "text/javascript"), ("/openapi/v1.json", "application/json")])
        {
            using var part = await service.SendAsync("GET", path);
            Assert.Equal((HttpStatusCode.OK, type), (part.StatusCode, part.Content.Headers.ContentType?.MediaType));
            Assert.Equal("default-src 'none'; frame-ancestors 'none'", Header(part, "Content-Security-Policy"));
        }
    }

    [Fact]
    public async Task What_a_request_may_leave_null_is_described_so()
    {
        await using var service = await HttpService.StartAsync();

        using var answer = await service.SendAsync("GET", "/openapi/v1.json");

        var document = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        var types = document["components"]!["schemas"]!["Wishes"]!["properties"]!.AsObject()
            .ToDictionary(field => field.Key, field => string.Join(' ', field.Value!["type"]!.AsArray().Select(type => $"{type}").Order(StringComparer.Ordinal)));
        Assert.Equal(new() { ["count"] = "integer null", ["price"] = "null number", ["at"] = "null string" }, types);
    }

    [Fact]
    public async Task Elsewhere_there_is_no_such_page()
    {
        await using var service = await HttpService.StartAsync();
        using var page = await service.SendAsync("GET", "/scalar/");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    [Fact]
    public async Task While_a_service_does_not_follow_the_others_it_does_not_say_that_something_is_not_there()
    {
        await using var service = await HttpService.StartAsync();
        var old = $"/api/replicas/{Guid.CreateVersion7(DateTimeOffset.UtcNow.AddDays(-1))}";

        using var known = await service.SendAsync("GET", old);
        service.Kafka = HealthStatus.Degraded;
        using var behind = await service.SendAsync("GET", old);

        Assert.Equal((HttpStatusCode.NotFound, null), (known.StatusCode, Header(known, "Retry-After")));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (behind.StatusCode, Header(behind, "Retry-After")));
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
