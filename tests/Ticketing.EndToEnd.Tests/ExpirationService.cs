using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Expiration;
using Ticketing.Messaging;
using Ticketing.Scenarios.Kafka;
using Ticketing.Testing.Brokers;

namespace Ticketing.EndToEnd.Tests;

/// <summary>The Expiration service in this process, with timers of an earlier life and a broker of its own.</summary>
internal sealed class ExpirationService : IAsyncDisposable
{
    private readonly IHost _host;

    private ExpirationService(IHost host, string kafka) => (_host, Topics) = (host, new ShopTopics(kafka));

    public ShopTopics Topics { get; }

    public static async Task<ExpirationService> StartAsync(IEnumerable<DateTimeOffset> timers)
    {
        var database = new MemoryDatabase();
        await database.Store(OrderTimer.Documents).WriteManyAsync([.. timers.Select((at, number) =>
            new Document<OrderTimer>($"old-{number}", 1, new($"old-{number}", at, TimerStatus.Set), []))]);
        var broker = EmbeddedBroker.Start(new TestTopic(Contracts.Topics.Orders), new TestTopic(Contracts.Topics.Expiration));

        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kafka"] = broker.BootstrapServers,
            // The embedded broker answers a fetch when its time is up.
            ["Kafka:FetchWaitMaxMs"] = "10",
        });
        builder.Services.AddSingleton<IDocumentDatabase>(database);
        builder.AddMessaging(Ticketing.Expiration.ExpirationService.Value);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new ExpirationService(host, broker.BootstrapServers);
    }

    /// <summary>Orders are placed, each with the end of its hold.</summary>
    public Task PlaceAsync(IReadOnlyDictionary<string, DateTimeOffset> orders) =>
        Topics.ProduceAsync(Contracts.Topics.Orders, orders.Select(order => (order.Key, (object)new
        {
            type = "order.created",
            id = order.Key,
            orderId = order.Key,
            userId = "buyer",
            ticketId = "ticket",
            quantity = 1,
            price = 299,
            currency = "USD",
            status = "created",
            expiresAt = order.Value,
            version = 1,
        })));

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
