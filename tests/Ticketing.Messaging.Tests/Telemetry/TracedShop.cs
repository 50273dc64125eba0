using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Orders;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.Testing.Brokers;
using Ticketing.Tickets;

namespace Ticketing.Messaging.Tests.Telemetry;

/// <summary>The services' own handlers on the runtime, in this process; a test makes the requests.</summary>
internal sealed class TracedShop : IAsyncDisposable
{
    public static readonly string[] Services = ["tickets", "orders", "payments", "expiration"];

    private readonly Dictionary<string, IHost> _hosts = [];
    private readonly Dictionary<string, MemoryDatabase> _databases = Services.ToDictionary(name => name, _ => new MemoryDatabase());
    private string _kafka = "";
    private Brokers _brokers = null!;

    // All topics: the embedded broker takes its time to say that it cannot make the others.
    public static async Task<TracedShop> OpenAsync(Brokers brokers) => new()
    {
        _brokers = brokers,
        _kafka = await brokers.OpenAsync(
            [
                .. Topics.AllWritten.Select(topic => new TestTopic(topic)),
                .. TheShop.Groups.Select(group => new TestTopic(KafkaNames.DeadLetters(group.Topic, group.Group), 1)),
            ]),
    };

    public async Task StartAsync(params string[] services)
    {
        foreach (var service in services)
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:kafka"] = _kafka,
                ["Kafka:AutoCommitIntervalMs"] = "100",
            }).AddInMemoryCollection(_brokers.Settings);
            builder.Services.AddSingleton<IDocumentDatabase>(_databases[service]);
            builder.Services.AddSingleton<IPaymentGateway, SimulatedGateway>().AddSingleton<PaymentEffects>().AddProviderInquiry();
            builder.AddMessaging(TheShop.Services.Single(one => one.Name == service));
            _hosts[service] = builder.Build();
            await _hosts[service].StartAsync();
        }
    }

    /// <summary>Every service starts anew on what it stored.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync(Services);
    }

    public Repository<T> Documents<T>(string service)
        where T : class => Get<Repository<T>>(service);

    public T Get<T>(string service)
        where T : notnull => _hosts[service].Services.GetRequiredService<T>();

    /// <summary>Makes a request, in a trace of its own.</summary>
    public static async Task<ActivityContext> RequestAsync(string name, Func<Task> call)
    {
        Activity.Current = null;
        using var request = Exported.Requests.StartActivity(name, ActivityKind.Server)!;
        await call();
        return request.Context;
    }

    /// <summary>Lists a ticket, which Orders then knows.</summary>
    /// <summary>A ticket with seats enough for so many orders that nothing is told of its stock.</summary>
    public async Task<TicketReplica> ListTicketAsync(int orders)
    {
        var id = Guid.CreateVersion7().ToString();
        await RequestAsync("POST /api/tickets", async () =>
            await Documents<Ticket>("tickets").ExecuteAsync(id, _ => Ticket.List(id, "seller", "Concert", 10, "USD", 2 * orders + 1, new() { LowStockAt = 0 })));
        return (await Documents<TicketReplica>("orders").WaitAsync(id, document => document is not null, TimeSpan.FromSeconds(20)))!;
    }

    public Task<ActivityContext> PlaceAsync(string id, TicketReplica ticket, TimeSpan hold) => RequestAsync("POST /api/orders", async () =>
        await Documents<Order>("orders").ExecuteAsync(id, order => Order.Place(order, id, "buyer", [(ticket, 1)], hold, DateTimeOffset.UtcNow)));

    public Task<ActivityContext> CancelAsync(string id) => RequestAsync("DELETE /api/orders/{id}", async () =>
        await Documents<Order>("orders").ExecuteAsync(id, order => Order.Cancel(order, "buyer", DateTimeOffset.UtcNow)));

    public Task<ActivityContext> PayAsync(string id) => RequestAsync("POST /api/payments", async () =>
    {
        var (payments, effects) = (Documents<OrderPayment>("payments"), Get<PaymentEffects>("payments"));
        await payments.WaitAsync(id, payment => payment?.OrderStatus == OrderStatus.PendingPayment, TimeSpan.FromSeconds(20));
        var (payment, _) = await payments.ExecuteAsync(
            id, payment => OrderPayment.Pay(
                payment, new(Guid.CreateVersion7().ToString(), "buyer", "pm_card_visa", 1), DateTimeOffset.UtcNow, effects.LeaseEnd, DateTimeOffset.UtcNow));
        effects.Start(payment!);
    });

    public async Task IsPendingAsync(string id) =>
        await Documents<Order>("orders").WaitAsync(id, order => order?.Status == OrderStatus.PendingPayment, TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StopAsync()
    {
        foreach (var host in _hosts.Values)
        {
            await host.StopAsync();
            host.Dispose();
        }
        _hosts.Clear();
    }
}
