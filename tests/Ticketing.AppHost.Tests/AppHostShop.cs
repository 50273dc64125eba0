using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Ticketing.Scenarios.Client;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.AppHost.Tests;

/// <summary>
/// The shop as the AppHost runs it: on the MongoDB that <c>TICKETING_MONGODB</c> names and a Kafka of its own, or else on containers.
/// </summary>
public sealed class AppHostShop : IAsyncLifetime
{
    // Images may have to be fetched first.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly string[] Services = ["accounts", "tickets", "orders", "payments", "expiration"];

    private RealKafka? _kafka;
    private DistributedApplication? _application;
    private Shop? _shop;

    public Shop Shop => _shop ?? throw new InvalidOperationException("The shop was not started.");

    public async ValueTask InitializeAsync()
    {
        if (Servers.Missing is not null)
            return;
        List<string> arguments = ["--Parameters:hold-duration=00:00:05"];
        if (Servers.MongoDb is { } mongodb)
        {
            _kafka = await RealKafka.StartAsync();
            arguments.AddRange([$"--ConnectionStrings:kafka={_kafka.BootstrapServers}", $"--ConnectionStrings:mongodb={mongodb}"]);
        }
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Ticketing_AppHost>([.. arguments]);
        _application = await builder.BuildAsync();
        await _application.StartAsync();

        using var patience = new CancellationTokenSource(Patience);
        await Task.WhenAll(Services.Select(service => _application.ResourceNotifications.WaitForResourceHealthyAsync(service, patience.Token)));
        var kafka = await _application.GetConnectionStringAsync("kafka", patience.Token);
        _shop = new Shop(new ShopEndpoints(Url("accounts"), Url("tickets"), Url("orders"), Url("payments"), Url("expiration"), kafka!));
        await WarmUpAsync(_shop);
    }

    // The first events of a new store make its collections, which takes longer than an order waits to hear of a ticket.
    private static async Task WarmUpAsync(Shop shop)
    {
        var seller = await shop.SellerAsync();
        var ticket = await seller.ListTicketAsync();
        await Eventually.IsAsync(
            async () => (await seller.PostAsync("/api/orders", new { ticketId = ticket.Id })).Status == HttpStatusCode.Created,
            () => "no order can be placed");
    }

    public async ValueTask DisposeAsync()
    {
        _shop?.Dispose();
        if (_application is not null)
            await _application.DisposeAsync();
        if (_kafka is not null)
            await _kafka.DisposeAsync();
    }

    private Uri Url(string service) => _application!.GetEndpoint(service, "http");
}
