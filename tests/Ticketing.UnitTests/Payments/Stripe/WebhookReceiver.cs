using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>A shop that is told what happens at Stripe.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly Channel<Webhook> _received = Channel.CreateUnbounded<Webhook>();
    private readonly WebApplication _app;

    private WebhookReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(ReceiveAsync);
    }

    /// <summary>The status that is answered; 0 for no answer.</summary>
    public Func<Webhook, int> Answer { get; set; } = _ => 200;

    public string Url => $"{_app.Urls.Single()}/webhooks";

    /// <summary>The simulator's options for webhooks to here.</summary>
    public string[] Options => ["--webhooks:url", Url, "--webhooks:secret", WebhookTests.Secret, "--webhooks:retryAfter", "00:00:00.001"];

    public static async Task<WebhookReceiver> StartAsync()
    {
        var receiver = new WebhookReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The next webhook.</summary>
    public ValueTask<Webhook> NextAsync() => _received.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>The next webhooks, in an order of their own because their real one is none.</summary>
    public async Task<string[]> NextTypesAsync(int count)
    {
        var types = new List<string>();
        while (types.Count < count)
            types.Add((await NextAsync()).Type);
        return [.. types.Order(StringComparer.Ordinal)];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var text = Encoding.UTF8.GetString(body.ToArray());
        using var json = JsonDocument.Parse(text);
        var webhook = new Webhook(json.RootElement.GetProperty("id").GetString()!, json.RootElement.GetProperty("type").GetString()!, text)
        {
            Signature = http.Request.Headers["Stripe-Signature"].ToString(),
            Request = $"{http.Request.Method} {http.Request.Path} {http.Request.ContentType} {http.Request.Headers.UserAgent}",
        };
        _received.Writer.TryWrite(webhook);
        if (Answer(webhook) is var status and not 0)
            http.Response.StatusCode = status;
        else
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        http.Response.Headers.Location = "/elsewhere";
    }
}

internal sealed record Webhook(string Id, string Type, string Body)
{
    public required string Signature { get; init; }

    public required string Request { get; init; }
}
