using System.Net;
using System.Text;
using Ticketing.Documents.PostgreSql;
using Ticketing.Payments.Webhooks;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Stores;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Stripe's webhooks reach a real Payments, on documents that outlive it.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private const string Key = "sk_test_simulated", Secret = "whsec_of_the_test";

    private readonly HttpClient _stripe = new(new SocketsHttpHandler { UseProxy = false });
    private ChildProcess _simulator = null!;
    private PostgresServer _postgres = null!;
    private PostgreSqlDatabase _database = null!;
    private ShopProcesses _services = null!;

    public async ValueTask InitializeAsync()
    {
        if (!PostgresServer.IsAvailable)
            return;
        var url = $"http://127.0.0.1:{FreePorts.Take()}";
        _simulator = ChildProcess.Start(ChildProgram.Built("StripeSimulator") with { Environment = [("ASPNETCORE_URLS", url)] });
        await Eventually.IsAsync(() => _simulator.Output.Contains("Application started", StringComparison.Ordinal), () => _simulator.Output);
        _postgres = await PostgresServer.StartAsync();
        _database = new(_postgres.ConnectionString, "payments");
        _services = await ShopProcesses.StartAsync(
            ("Documents__Store", "postgres"), ("ConnectionStrings__postgres", _postgres.ConnectionString),
            ("Payments__Stripe__ApiKey", Key), ("Payments__Stripe__ApiBase", url), ("Payments__Stripe__WebhookSecrets__0", Secret),
            ("Payments__EffectLease", "00:00:04"));
    }

    public async ValueTask DisposeAsync()
    {
        _stripe.Dispose();
        if (_services is null)
            return;
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        await _postgres.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    [Fact]
    public async Task What_is_answered_is_handled_whatever_dies_and_what_cannot_be_stored_is_not_answered()
    {
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        var (seller, buyer) = (await _services.Shop.SellerAsync(), await _services.Shop.SignUpAsync());
        var order = await buyer.BuyAsync(await seller.ListTicketAsync());
        var intent = (await buyer.PaymentAsync(order)).PaymentId!;

        Assert.Equal(HttpStatusCode.OK, await SendAsync("evt_1", intent, order.Id));
        await IsHandledAsync("evt_1");
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync("evt_forged", intent, order.Id, "whsec_of_somebody"));
        Assert.Null(await FindAsync("evt_forged"));

        // Most of them wait for their turn with Stripe.
        var ids = Enumerable.Range(0, 40).Select(i => $"evt_many_{i}").ToList();
        Assert.All(await Task.WhenAll(ids.Select(id => SendAsync(id, intent, order.Id))), status => Assert.Equal(HttpStatusCode.OK, status));
        await _services.KillAsync("Payments");
        Assert.Contains(await Task.WhenAll(ids.Select(FindAsync)), stored => stored!.Outcome is null);
        await _services.RestartAsync("Payments");
        foreach (var id in ids)
            await IsHandledAsync(id);

        await _postgres.StopAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync("evt_2", intent, order.Id));
        await _postgres.StartAgainAsync();
        // As Stripe does with what is not answered 200.
        await Eventually.IsAsync(async () => await SendAsync("evt_2", intent, order.Id) == HttpStatusCode.OK, () => "evt_2 is refused");
        await IsHandledAsync("evt_2");
    }

    private async Task<HttpStatusCode> SendAsync(string id, string intent, string order, string secret = Secret)
    {
        var body = StripeSigner.IntentEvent(id, "payment_intent.succeeded", intent, order);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_services.Shop.Endpoints.Payments, StripeWebhooks.Path))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Stripe-Signature", StripeSigner.Header(body, secret, DateTimeOffset.UtcNow));
        using var answer = await _stripe.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task IsHandledAsync(string id)
    {
        ProviderEvent? stored = null;
        await Eventually.IsAsync(async () => (stored = await FindAsync(id))?.Outcome is not null, () => $"{id}: {stored}");
        // It is known here since the call that made it returned.
        Assert.True(stored!.Outcome is ProviderEventOutcome.NothingNew or ProviderEventOutcome.TakenOver, $"{stored}");
    }

    private async Task<ProviderEvent?> FindAsync(string id) => (await _database.Store(ProviderEvent.Documents).ViewAsync(id))?.State;
}
