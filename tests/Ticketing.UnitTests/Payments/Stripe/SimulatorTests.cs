using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>What of Stripe's API is HTTP.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class SimulatorTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private SimulatedStripe _stripe = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stripe = await SimulatedStripe.StartAsync();

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _stripe.DisposeAsync();
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("Bearer sk_live_1", 401)]
    [InlineData("Bearer pk_test_1", 401)]
    [InlineData("Basic !", 401)]
    [InlineData("Basic c2tfbGl2ZV8xOg==", 401)]
    [InlineData("Bearer sk_test_1", 200)]
    [InlineData("Bearer rk_test_1", 200)]
    [InlineData("Basic c2tfdGVzdF8xOg==", 200)]
    public async Task A_test_key_is_needed(string? authorization, int status)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/v1/payment_intents", Cancellation, authorization: authorization);

        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.StartsWith("req_", answer.Headers.GetValues("Request-Id").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replayed_answer_says_so()
    {
        using var first = await ChargeAsync("k", Cancellation);
        using var again = await ChargeAsync("k", Cancellation);

        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.NotEqual(first.Headers.GetValues("Request-Id"), again.Headers.GetValues("Request-Id"));
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancellation), await again.Content.ReadAsStringAsync(Cancellation));
    }

    // Each look is a call, so the loops neither spin nor sleep.
    [Fact(Timeout = 60_000)]
    public async Task A_key_whose_first_call_runs_is_in_use_until_it_is_answered()
    {
        _stripe.Faults.Delay = TimeSpan.FromHours(1);
        using var givenUp = new CancellationTokenSource();
        var first = ChargeAsync("k", givenUp.Token);
        Dictionary<string, long> kept;
        while ((kept = await _stripe.KeptAsync()).Count == 0)
            Cancellation.ThrowIfCancellationRequested();

        using (var second = await ChargeAsync("k", Cancellation))
        {
            Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
            using var error = JsonDocument.Parse(await second.Content.ReadAsStringAsync(Cancellation));
            Assert.Equal("idempotency_key_in_use", error.RootElement.GetProperty("error").GetProperty("code").GetString());
        }

        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _stripe.Faults.Delay = default;
        HttpStatusCode status;
        do
        {
            using var third = await ChargeAsync("k", Cancellation);
            status = third.StatusCode;
        }
        while (status == HttpStatusCode.Conflict);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(kept, await _stripe.KeptAsync());
    }

    [Theory]
    [InlineData("DELETE", "/v1/payment_intents/pi_1")]
    [InlineData("GET", "/v2")]
    public async Task Other_calls_are_not_found(string method, string path)
    {
        using var answer = await SendAsync(new(method), path, Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private Task<HttpResponseMessage> ChargeAsync(string key, CancellationToken cancellation) => SendAsync(
        HttpMethod.Post, "/v1/payment_intents", cancellation, "amount=1000&currency=usd&confirm=true&payment_method=pm_card_visa", key: key);

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, CancellationToken cancellation, string? form = null, string? authorization = $"Bearer {SimulatedStripe.Key}",
        string? key = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(new Uri(_stripe.Url), path));
        request.Headers.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (form is not null)
            request.Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        return await _http.SendAsync(request, cancellation);
    }
}
