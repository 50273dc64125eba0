using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Messaging;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.Payments.Webhooks;
using Ticketing.ServiceDefaults;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.UnitTests.Payments.Webhooks;

/// <summary>What a provider answers, and was asked.</summary>
internal sealed class Provider
{
    public ConcurrentQueue<(string IntentId, string? OrderId)> Asked { get; } = [];

    /// <summary>A gateway to ask instead, as the service does.</summary>
    public IPaymentGateway? Gateway { get; init; }

    public Func<CancellationToken, Task<InquiryResult>> Answer { get; set; } = _ => Task.FromResult(InquiryResult.TakenOver);

    public Task<InquiryResult> AskAsync(string intentId, string? orderId, string? heard, CancellationToken cancellation)
    {
        Asked.Enqueue((intentId, orderId));
        return Answer(cancellation);
    }
}

/// <summary>Payments with its webhooks and nothing else, in this process.</summary>
internal sealed class WebhookService : IAsyncDisposable
{
    public const string Secret = "whsec_the_first", OtherSecret = "whsec_the_second";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("ticketing-keys-");
    private readonly MeterListener _meters = new();
    private readonly MovableClock _clock;
    private readonly ConcurrentDictionary<string, long> _counted = [];
    private double _oldestAge;

    private WebhookService(Provider provider, IDocumentDatabase database, MovableClock clock, RateLimiter? limiter, params (string Name, string Value)[] settings)
    {
        _clock = clock;
        var builder = WebApplication.CreateBuilder(
        [
            $"--DataProtection:KeyRing={_keys.FullName}", "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace",
            .. settings.Select(setting => $"--{setting.Name}={setting.Value}"),
        ]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["ConnectionStrings:kafka"] = EmbeddedBroker.Start().BootstrapServers;
        builder.Logging.ClearProviders().AddProvider(new Lines(Log));
        builder.AddServiceDefaults("payments");
        builder.AddMessaging(new Service("payments").Documents(OrderPayment.Documents).Documents(ProviderLook.Documents).HearsOfProvider());
        builder.Services.AddStripeGateway();
        builder.Services.AddStripeWebhooks();
        builder.Services.AddProviderInquiry();
        if (provider.Gateway is { } gateway)
            builder.Services.AddSingleton(gateway);
        else
            builder.Services.AddSingleton<AskProvider>(provider.AskAsync);
        builder.Services.AddSingleton(database).AddSingleton<TimeProvider>(clock);
        if (limiter is not null)
            builder.Services.AddKeyedSingleton(ProviderInquiry.Rate, limiter);
        _app = builder.Build();
        _app.UseServiceDefaults();
        _app.MapStripeWebhooks();
        Listen(_app.Services.GetRequiredService<IMeterFactory>());
    }

    public ConcurrentQueue<string> Log { get; } = [];

    public DateTimeOffset Now => _clock.GetUtcNow();

    private Repository<ProviderEvent> Events => _app.Services.GetRequiredService<Repository<ProviderEvent>>();

    /// <summary>As it is registered.</summary>
    public RateLimiter Limiter => _app.Services.GetRequiredKeyedService<RateLimiter>(ProviderInquiry.Rate);

    /// <summary>Since when the oldest event waits, as metrics say.</summary>
    public double OldestAge
    {
        get
        {
            _meters.RecordObservableInstruments();
            return Volatile.Read(ref _oldestAge);
        }
    }

    /// <summary>What was counted, such as <c>received stored refund.failed</c>.</summary>
    public IReadOnlyDictionary<string, long> Counted => _counted;

    /// <summary>Starts one with a test key and two secrets.</summary>
    public static Task<WebhookService> StartAsync(
        Provider? provider = null, IDocumentDatabase? database = null, MovableClock? clock = null, RateLimiter? limiter = null) =>
        StartWithAsync(
            provider ?? new(), database ?? new MemoryDatabase(), clock ?? new(), limiter,
            ("Payments:Stripe:ApiKey", "sk_test_1"), ("Payments:Stripe:WebhookSecrets:0", Secret), ("Payments:Stripe:WebhookSecrets:1", OtherSecret));

    public static async Task<WebhookService> StartWithAsync(
        Provider provider, IDocumentDatabase database, MovableClock clock, RateLimiter? limiter, params (string Name, string Value)[] settings)
    {
        var service = new WebhookService(provider, database, clock, limiter, settings);
        await service._app.StartAsync();
        return service;
    }

    public void Pass(TimeSpan time) => _clock.Ahead += time;

    /// <summary>Sends an event about a PaymentIntent, well signed.</summary>
    public Task<HttpResponseMessage> SendAsync(string id, string type = "payment_intent.succeeded", string order = "o") =>
        SendBodyAsync(StripeSigner.IntentEvent(id, type, "pi_1", order));

    /// <summary>Sends a body, well signed unless a header is given; none if it is empty.</summary>
    public async Task<HttpResponseMessage> SendBodyAsync(string body, string? signature = null, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(_app.Urls.First()), StripeWebhooks.Path))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = chunked;
        signature ??= StripeSigner.Header(body, Secret, Now);
        if (signature.Length > 0)
            Assert.True(request.Headers.TryAddWithoutValidation("Stripe-Signature", signature));
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<ProviderEvent?> StoredAsync(string id) => (await Events.Store.ViewAsync(id))?.State;

    /// <summary>The ids of all that is stored.</summary>
    public async Task<IReadOnlyList<string>> StoredAsync() => await Events.Store.ListIdsAsync(100);

    /// <summary>Stores the payment of an order.</summary>
    /// <returns>The order's trace.</returns>
    public async Task<TraceContext> PayAsync(OrderPayment payment) =>
        (await _app.Services.GetRequiredService<Repository<OrderPayment>>().ExecuteAsync(payment.OrderId, _ => new(payment))).State!.Trace!;

    /// <summary>Looks for what no webhook brought.</summary>
    public Task<bool> LookAsync() => ActivatorUtilities.CreateInstance<MissedEvents>(_app.Services).LookAsync(TestContext.Current.CancellationToken);

    /// <summary>Waits until an event has an outcome.</summary>
    public async Task<ProviderEvent> HandledAsync(string id)
    {
        var stored = await Events.WaitAsync(id, @event => @event?.Outcome is not null, Patience);
        Assert.True(stored?.Outcome is not null, $"{id} is not handled: {stored}");
        return stored;
    }

    /// <summary>Waits until something is counted, which is after it was stored.</summary>
    public Task CountsAsync(string what) => Eventually.IsAsync(() => _counted.ContainsKey(what), () => string.Join(", ", _counted));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _meters.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _keys.Delete(recursive: true);
    }

    private void Listen(IMeterFactory meters)
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == WebhookMetrics.Name && instrument.Meter.Scope == meters)
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var key = instrument.Name["ticketing.webhooks.".Length..];
            foreach (var name in new[] { "ticketing.webhook.outcome", "ticketing.webhook.type" })
                foreach (var tag in tags)
                    if (tag.Key == name)
                        key += $" {tag.Value}";
            _counted.AddOrUpdate(key, value, (_, before) => before + value);
        });
        _meters.SetMeasurementEventCallback<double>((_, value, _, _) => Volatile.Write(ref _oldestAge, value));
        _meters.Start();
    }

    /// <summary>A clock that stands still unless a test moves it.</summary>
    internal sealed class MovableClock : TimeProvider
    {
        private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;

        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => _start + Ahead;
    }
}
