using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ticketing.Tools.Stripe;

/// <summary>
/// Delivers events as Stripe does (Stripe's documentation, "Webhooks"): signed, several at a time and in no order, again and again until they are
/// answered with 2xx, also after a restart.
/// </summary>
internal sealed class Webhooks(Books books, Faults faults, WebhookOptions options, TimeProvider time) : BackgroundService
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = options.Timeout };
    private readonly SemaphoreSlim _free = new(32);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Delivers an event once more.</summary>
    public void Resend(string id)
    {
        if (options.Url is not null)
            _ = DeliverAsync(id, TimeSpan.Zero);
    }

    public override void Dispose()
    {
        _stopping.Cancel();
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Url is null)
            return;
        using var stop = stoppingToken.Register(_stopping.Cancel);
        await foreach (var id in books.Undelivered.ReadAllAsync(stoppingToken))
        {
            if (faults.DropsWebhook())
            {
                books.Add(new(id, time.GetUtcNow(), "dropped", IsLast: true));
                continue;
            }
            for (var copy = 0; copy < Math.Max(1, faults.Webhooks.Copies); copy++)
                _ = DeliverAsync(id, faults.WebhookDelay());
        }
    }

    private async Task DeliverAsync(string id, TimeSpan delay)
    {
        try
        {
            if (delay > TimeSpan.Zero)
                await Task.Delay(delay, time, _stopping.Token);
            while (!await TryAsync(id))
                await Task.Delay(options.WaitAfter(books.DeliveriesOf(id).Count), time, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The books know that it is not delivered.
        }
    }

    /// <returns>Whether there is nothing more to try.</returns>
    private async Task<bool> TryAsync(string id)
    {
        var told = books.Get($"/v1/events/{id}", new Dictionary<string, string>()).Body;
        await _free.WaitAsync(_stopping.Token);
        try
        {
            var (answer, isTaken) = await SendAsync(Encoding.UTF8.GetBytes(told.GetRawText()));
            var now = time.GetUtcNow();
            var isLast = isTaken || now - DateTimeOffset.FromUnixTimeSeconds(told.GetProperty("created").GetInt64()) > options.GiveUpAfter;
            books.Add(new(id, now, answer, isLast));
            return isLast;
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<(string Answer, bool IsTaken)> SendAsync(byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        request.Headers.UserAgent.ParseAdd("Stripe/1.0 (+https://stripe.com/docs/webhooks)");
        request.Headers.Add("Stripe-Signature", Signature(body, options.Secret!, time.GetUtcNow().ToUnixTimeSeconds()));
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stopping.Token);
            return (((int)response.StatusCode).ToString(CultureInfo.InvariantCulture), response.IsSuccessStatusCode);
        }
        catch (HttpRequestException)
        {
            return ("no answer", false);
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            return ("no answer in time", false);
        }
    }

    private static string Signature(byte[] body, string secret, long seconds)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{seconds}."), .. body];
        return $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }
}

/// <summary>Settings under <c>webhooks:</c>.</summary>
internal sealed class WebhookOptions
{
    /// <summary>Where events are delivered; null if they are only kept.</summary>
    public string? Url { get; set; }

    /// <summary>The secret that signs them.</summary>
    public string? Secret { get; set; }

    /// <summary>The types that the endpoint wants, with commas between them; <c>*</c> for all (Stripe's <c>enabled_events</c>).</summary>
    public string Events { get; set; } = "*";

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the second try waits for. Each further one waits twice as long, up to a minute.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How old an event must be to be given up.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(3);

    /// <summary>How long to wait after so many tries.</summary>
    public TimeSpan WaitAfter(int tries) =>
        TimeSpan.FromSeconds(Math.Min(RetryAfter.TotalSeconds * Math.Pow(2, tries - 1), TimeSpan.FromMinutes(1).TotalSeconds));

    /// <summary>Whether an event of this type is delivered.</summary>
    public bool IsEnabled(string type) => Url is not null && (Events == "*" || Events.Split(',').Contains(type));

    /// <summary>What is wrong; null if nothing is.</summary>
    public string? Problem =>
        Url is null ? null
        : !Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") ? "webhooks:url must be an absolute http or https URL."
        : Secret?.StartsWith("whsec_", StringComparison.Ordinal) != true ? "webhooks:secret must begin with whsec_."
        : null;
}
