using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Stripe;
using Ticketing.Payments.Gateway;
using Ticketing.Tools.Stripe;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>A Stripe in this process, and the gateway as the service registers it.</summary>
internal sealed class SimulatedStripe : IAsyncDisposable
{
    public const string Key = "sk_test_51simulated";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ticketing-stripe-");
    private readonly Wire _wire = new();
    private readonly MovableClock _clock = new();
    private ServiceProvider? _services;
    private WebApplication? _app;
    private string[] _options = [];

    private SimulatedStripe()
    {
    }

    public StripeGateway Gateway => (StripeGateway)_services!.GetRequiredService<IPaymentGateway>();

    public IHttpClientFactory Http => _services!.GetRequiredService<IHttpClientFactory>();

    public ILogger<StripeGateway> Logger => _services!.GetRequiredService<ILogger<StripeGateway>>();

    public Books Books => _app!.Services.GetRequiredService<Books>();

    public Faults Faults => _app!.Services.GetRequiredService<Faults>();

    public string Url => _app!.Urls.Single();

    /// <summary>The account as Stripe's own client sees it.</summary>
    public StripeClient Account => new(Key, apiBase: Url);

    public ConcurrentQueue<HttpRequestMessage> Sent => _wire.Sent;

    public ConcurrentQueue<string> Log { get; } = [];

    /// <summary>What the caller does when Stripe has answered, and before it reads the answer.</summary>
    public Action<HttpMethod>? OnAnswer { set => _wire.OnAnswer = value; }

    public static async Task<SimulatedStripe> StartAsync(params string[] options)
    {
        var stripe = new SimulatedStripe { _options = options };
        await stripe.OpenAsync();
        return stripe;
    }

    public void Pass(TimeSpan time) => _clock.Ahead += time;

    public async Task RestartAsync(params string[] options)
    {
        await CloseAsync();
        _options = options;
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Delete(recursive: true);
    }

    public Task<ChargeResult> ChargeAsync(
        string key = "k", decimal amount = 20, string currency = "USD", string method = "pm_card_visa", CancellationToken? cancellation = null) =>
        Gateway.ChargeAsync(new(key, amount, currency, method, "o", "p", 1), cancellation ?? TestContext.Current.CancellationToken);

    public Task<RefundResult> RefundAsync(string key, string intent, decimal amount, string currency = "USD") =>
        Gateway.RefundAsync(new(key, intent, amount, currency), TestContext.Current.CancellationToken);

    /// <summary>What was captured and did not go back, by PaymentIntent, in minor units.</summary>
    public async Task<Dictionary<string, long>> KeptAsync()
    {
        // Small pages, so that there are several.
        var kept = new Dictionary<string, long>();
        await foreach (var intent in Account.V1.PaymentIntents.ListAutoPagingAsync(new() { Limit = 2 }))
            kept.Add(intent.Id, intent.AmountReceived);
        await foreach (var refund in Account.V1.Refunds.ListAutoPagingAsync(new() { Limit = 2 }))
            kept[refund.PaymentIntentId] -= refund.Status == "failed" ? 0 : refund.Amount;
        return kept.Where(each => each.Value != 0).ToDictionary();
    }

    /// <summary>Waits until so many events are not delivered. Each look is a call, so it neither spins nor sleeps.</summary>
    public async Task WaitForPendingAsync(int count)
    {
        while ((await Account.V1.Events.ListAsync(new() { Limit = 100 }, null, TestContext.Current.CancellationToken)).Sum(told => told.PendingWebhooks) != count)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    private async Task OpenAsync()
    {
        string[] usual = ["--urls", "http://127.0.0.1:0", "--books", Path.Combine(_folder.FullName, "books.jsonl"), "--logging:logLevel:default", "Warning"];
        _app = Simulator.Build([.. usual, .. _options], _clock);
        await _app.StartAsync();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
            [new("Payments:Stripe:ApiKey", Key), new("Payments:Stripe:ApiBase", Url)]).Build());
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new Lines(Log)));
        services.AddStripeGateway();
        // The service leaves these lines out; here, they must not say what is secret.
        services.AddLogging(logging => logging.AddFilter("System.Net.Http.HttpClient.StripeGateway", LogLevel.Trace));
        services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new WireHandler(_wire)));
        _services = services.BuildServiceProvider();
    }

    private async Task CloseAsync()
    {
        await _services!.DisposeAsync();
        // Calls that still run are aborted.
        await _app!.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private sealed class Wire
    {
        public ConcurrentQueue<HttpRequestMessage> Sent { get; } = [];

        public Action<HttpMethod>? OnAnswer { get; set; }
    }

    private sealed class WireHandler(Wire wire) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            wire.Sent.Enqueue(request);
            var answer = await base.SendAsync(request, cancellationToken);
            wire.OnAnswer?.Invoke(request.Method);
            cancellationToken.ThrowIfCancellationRequested();
            return answer;
        }
    }
}
