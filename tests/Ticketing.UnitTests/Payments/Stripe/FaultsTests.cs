using System.Net;
using System.Text;
using Ticketing.Tools.Stripe;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>What goes wrong with the API on purpose.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class FaultsTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private SimulatedStripe _stripe = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stripe = await SimulatedStripe.StartAsync("--faults:seed", "1");
        _http.BaseAddress = new(_stripe.Url);
        _http.DefaultRequestHeaders.Authorization = new("Bearer", SimulatedStripe.Key);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _stripe.DisposeAsync();
    }

    [Fact]
    public async Task A_number_is_how_many_of_the_next_calls()
    {
        _stripe.Faults.TooManyRequests = 2;

        int[] statuses = [(await PayAsync()).Status, (await GetAsync()).Status, (await PayAsync()).Status, (await GetAsync()).Status];
        Assert.Equal([429, 429, 200, 200], statuses);

        Assert.Single(_stripe.Books.Newest<PaymentIntent>(9));
    }

    [Fact]
    public async Task Below_1_it_is_the_share_of_calls()
    {
        _stripe.Faults.TooManyRequests = 0.5;

        var statuses = new HashSet<int>();
        for (var call = 0; call < 40; call++)
            statuses.Add((await PayAsync()).Status);

        Assert.Equal([200, 429], statuses.Order());
    }

    [Fact]
    public async Task An_error_of_the_server_leaves_open_whether_anything_was_done()
    {
        _stripe.Faults.ServerErrors = double.PositiveInfinity;

        for (var call = 0; call < 40; call++)
            Assert.Equal((500, "application/json", true), await PayAsync());

        Assert.InRange(_stripe.Books.Newest<PaymentIntent>(99).Count, 1, 39);
    }

    [Fact]
    public async Task Garbage_is_html_with_a_good_or_a_bad_status()
    {
        _stripe.Faults.Garbage = 40;

        var statuses = new HashSet<int>();
        for (var call = 0; call < 40; call++)
        {
            var (status, type, isJson) = await PayAsync();
            Assert.Equal(("text/html", false), (type, isJson));
            statuses.Add(status);
        }

        Assert.Equal([200, 502], statuses.Order());
        Assert.InRange(_stripe.Books.Newest<PaymentIntent>(99).Count, 1, 39);
        Assert.Equal(200, (await GetAsync()).Status);
    }

    [Fact]
    public async Task The_same_seed_does_the_same()
    {
        async Task<string> RunAsync(int seed)
        {
            (_stripe.Faults.Seed, _stripe.Faults.TooManyRequests, _stripe.Faults.ServerErrors) = (seed, 0.3, 0.3);
            var statuses = new StringBuilder();
            for (var call = 0; call < 20; call++)
                statuses.Append((await GetAsync()).Status).Append(' ');
            return statuses.ToString();
        }

        var first = await RunAsync(7);
        Assert.Equal(first, await RunAsync(7));
        Assert.NotEqual(first, await RunAsync(8));
    }

    [Fact]
    public async Task They_are_set_at_the_start_and_by_a_call()
    {
        await _stripe.RestartAsync("--faults:lostAnswers", "0.25", "--faults:delay", "00:00:03", "--faults:webhooks:copies", "3", "--faults:seed", "5");
        var faults = _stripe.Faults;
        Assert.Equal((0.25, TimeSpan.FromSeconds(3), 3, 5), (faults.LostAnswers, faults.Delay, faults.Webhooks.Copies, faults.Seed));

        var (status, answer) = await SetAsync("""{"garbage": 0.1, "delay": "00:00:00", "webhooks": {"dropped": "Infinity", "delay": "00:01:00"}}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("\"dropped\":\"Infinity\"", answer, StringComparison.Ordinal);
        Assert.Equal((0.25, 0.1, TimeSpan.Zero), (faults.LostAnswers, faults.Garbage, faults.Delay));
        Assert.Equal((double.PositiveInfinity, 3, TimeSpan.FromMinutes(1)), (faults.Webhooks.Dropped, faults.Webhooks.Copies, faults.Webhooks.Delay));
    }

    [Theory]
    [InlineData("""{"garbge": 1}""")]
    [InlineData("""{"garbage": "often"}""")]
    [InlineData("garbage=1")]
    public async Task What_is_no_fault_is_refused(string settings) => Assert.Equal(HttpStatusCode.BadRequest, (await SetAsync(settings)).Status);

    private async Task<(HttpStatusCode Status, string Answer)> SetAsync(string settings)
    {
        using var body = new StringContent(settings, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri($"{_stripe.Url}/faults"), body, Cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private async Task<(int Status, string? Type, bool IsJson)> PayAsync()
    {
        using var form = new StringContent("amount=1000&currency=usd", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await _http.PostAsync(new Uri("/v1/payment_intents", UriKind.Relative), form, Cancellation);
        return await ToldAsync(answer);
    }

    private async Task<(int Status, string? Type, bool IsJson)> GetAsync()
    {
        using var answer = await _http.GetAsync(new Uri("/v1/events", UriKind.Relative), Cancellation);
        return await ToldAsync(answer);
    }

    private static async Task<(int Status, string? Type, bool IsJson)> ToldAsync(HttpResponseMessage answer) =>
        ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, (await answer.Content.ReadAsStringAsync(Cancellation)).StartsWith('{'));
}
