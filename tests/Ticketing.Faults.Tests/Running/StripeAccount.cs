using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Ticketing.Faults.Tests.Running;

/// <summary>What anyone who has the account's key can see and do at Stripe's simulator, by plain HTTP. Asks until it gets an answer that is no fault.</summary>
internal sealed class StripeAccount : IDisposable
{
    /// <summary>The account's key.</summary>
    public const string Key = "sk_test_faults";

    private const int PageSize = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient _http;

    public StripeAccount(Uri url)
    {
        _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(5) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    /// <summary>Everything that it has.</summary>
    public async Task<StripeBooks> ReadAsync() => new(
        await ListAsync<StripeIntent>("payment_intents", CancellationToken.None), await ListAsync<StripeRefund>("refunds", CancellationToken.None),
        await DisputesAsync(CancellationToken.None));

    public Task<List<StripeDispute>> DisputesAsync(CancellationToken stop) => ListAsync<StripeDispute>("disputes", stop);

    /// <summary>Every event, the newest first.</summary>
    public Task<List<StripeNews>> EventsAsync() => ListAsync<StripeNews>("events", CancellationToken.None);

    /// <summary>Decides a dispute as the bank does. One that is decided stays so.</summary>
    public Task DecideAsync(string dispute, bool isWon, CancellationToken stop) => PostAsync($"/disputes/{dispute}", new() { ["decision"] = isWon ? "win" : "lose" }, stop);

    /// <summary>The buyer approves or declines on the bank's page. What is decided, or cancelled meanwhile, stays so.</summary>
    public Task AuthenticateAsync(Uri page, bool isApproved, CancellationToken stop) =>
        PostAsync(page.PathAndQuery, new() { ["decision"] = isApproved ? "approve" : "decline" }, stop);

    /// <summary>Makes something go wrong, or right again.</summary>
    public Task SetFaultAsync(string name, string value) => PostAsync("/faults", new() { [name] = value }, CancellationToken.None);

    public void Dispose() => _http.Dispose();

    // Empty if the load ended before.
    private async Task<List<T>> ListAsync<T>(string what, CancellationToken stop)
        where T : IStripeObject
    {
        for (var all = new List<T>(); ;)
        {
            var after = all is [.., var last] ? $"&starting_after={last.Id}" : "";
            var page = await AskAsync(
                () => new(HttpMethod.Get, $"/v1/{what}?limit={PageSize}{after}"), text => JsonSerializer.Deserialize<Page<T>>(text, Json), stop);
            if (page is null)
                return [];
            all.AddRange(page.Data);
            if (!page.HasMore)
                return all;
        }
    }

    private Task<string?> PostAsync(string path, Dictionary<string, string> form, CancellationToken stop) =>
        AskAsync(() => new(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) }, text => text, stop);

    private async Task<T?> AskAsync<T>(Func<HttpRequestMessage> request, Func<string, T?> read, CancellationToken stop)
        where T : class
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var call = request();
                using var response = await _http.SendAsync(call, CancellationToken.None);
                var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
                Assert.False(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{call.Method} {call.RequestUri} was answered: {text}");
                if (response.StatusCode < HttpStatusCode.BadRequest)
                    return read(text);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or SocketException or JsonException)
            {
                // A fault, or it is away just now.
            }
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return null;
    }

    private sealed record Page<T>(IReadOnlyList<T> Data, bool HasMore);
}

/// <summary>An event of Stripe's.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">What has happened.</param>
/// <param name="Created">When, in seconds since 1970.</param>
/// <param name="PendingWebhooks">How many webhooks have still to be told.</param>
internal sealed record StripeNews(string Id, string Type, long Created, int PendingWebhooks) : IStripeObject;
