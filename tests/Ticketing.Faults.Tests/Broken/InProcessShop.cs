using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Expiration;
using Ticketing.Faults.Tests.Running;
using Ticketing.Mail;
using Ticketing.Messaging;
using Ticketing.Notifications;
using Ticketing.Orders;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;
using Ticketing.Tickets;

namespace Ticketing.Faults.Tests.Broken;

/// <summary>The services' own handlers on the runtime, in this process, each on a database of its own that may be broken.</summary>
internal sealed class InProcessShop : IAsyncDisposable
{
    private readonly List<(Service Service, IDocumentDatabase Database)> _services;
    private readonly List<IHost> _hosts = [];
    private readonly List<string> _acknowledged = [];
    private readonly LostLogs _lost = new();
    private string _kafka = NewBroker();

    private InProcessShop(Func<string, IDocumentDatabase> database) =>
        _services = [.. WholeShop.Services.Select(service => (service, database(service.Name)))];

    public Repository<Ticket> Tickets => _hosts[0].Services.GetRequiredService<Repository<Ticket>>();

    public Repository<Order> Orders => _hosts[1].Services.GetRequiredService<Repository<Order>>();

    public static async Task<InProcessShop> StartAsync(Func<string, IDocumentDatabase> database)
    {
        var shop = new InProcessShop(database);
        await shop.StartAsync();
        return shop;
    }

    /// <summary>Everything stops, the next broker has nothing, and an operator lets every service tell again what it knows.</summary>
    public async Task LoseBrokerAsync()
    {
        var log = new LogReader(() => _kafka);
        await StopAsync();
        await _lost.LoseAsync(log.ReadAll().ToLookup(record => record.Topic), log.Topics(), () =>
        {
            _kafka = NewBroker();
            return Task.CompletedTask;
        });
        await StartAsync();
        foreach (var host in _hosts)
            await host.Services.GetRequiredService<PublishedLogs>().RetellAsync("operator", CancellationToken.None);
    }

    /// <summary>Places an order with a hold that outlives the test.</summary>
    public async Task OrderAsync(string id, string ticketId)
    {
        var replica = await _hosts[1].Services.GetRequiredService<Repository<TicketReplica>>()
            .WaitAsync(ticketId, document => document is not null, TimeSpan.FromSeconds(20));
        await Orders.ExecuteAsync(id, order => Order.Place(order, id, "buyer", [(replica!, 1)], TimeSpan.FromHours(1), DateTimeOffset.UtcNow));
        _acknowledged.Add(id);
    }

    // Also what a broken store has in its outbox and no writer knows of: the sweep finds that.
    public Task SettleAsync() => NothingInFlight.WaitAsync(_kafka, WholeShop.Groups, async () =>
        _hosts.TrueForAll(host => host.Services.GetRequiredService<InFlight>().Outbox == 0)
        && (await Tickets.Store.FindUnpublishedAsync(1)).Count == 0);

    public async Task<Snapshot> SnapshotAsync()
    {
        var (log, documents) = (new LogReader(() => _kafka), new List<StoredDocument>());
        var records = log.ReadAll();
        var ids = records.SelectMany(record => new[] { record.Id, record.OrderId, record.Text("userId") }).Where(id => id.Length > 0).Distinct().ToList();
        await ReadAsync(0, "tickets", Ticket.Documents);
        await ReadAsync(1, "orders", Order.Documents);
        await ReadAsync(1, "orders", TicketReplica.Documents);
        await ReadAsync(2, "payments", OrderPayment.Documents);
        await ReadAsync(3, "expiration", OrderTimer.Documents);
        await ReadAsync(4, "notifications", Inbox.Documents);
        var positions = _lost.Number(log.ReadPositions);
        return new(DateTimeOffset.UtcNow, [.. records.Select(_lost.Numbered)], documents, _acknowledged, positions, StripeBooks.Empty, []) { Lost = _lost.All };

        async Task ReadAsync<T>(int host, string service, DocumentType<T> type)
            where T : class
        {
            foreach (var (id, document) in await _hosts[host].Services.GetRequiredService<Repository<T>>().Store.LoadManyAsync(ids))
            {
                var state = JsonSerializer.SerializeToNode(document.State, type.Json)!;
                // What is beside them.
                if (document.State is Inbox inbox)
                    state["items"] = JsonSerializer.SerializeToNode(inbox.Items, JsonSerializerOptions.Web);
                else if (type.Parts is { } parts)
                    state["sales"] = Encoding.UTF8.GetString([.. parts.Of(document.State).SelectMany(part => part.ToArray())]);
                documents.Add(new(service, type.Name, id, JsonSerializer.SerializeToElement(state), document.Outbox.Length));
            }
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static string NewBroker() => EmbeddedBroker.Start(
        [
            .. Topics.AllWritten.Select(topic => new TestTopic(topic)),
            .. WholeShop.Groups.Select(group => new TestTopic(KafkaNames.DeadLetters(group.Topic, group.Group), 1)),
        ]).BootstrapServers;

    private async Task StartAsync()
    {
        foreach (var (service, database) in _services)
            await HostAsync(service, database);
    }

    private async Task StopAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }
        _hosts.Clear();
    }

    private async Task HostAsync(Service service, IDocumentDatabase database)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kafka"] = _kafka,
            ["Kafka:AutoCommitIntervalMs"] = "100",
            ["Messaging:RepublishAfter"] = "00:00:00.5",
        });
        builder.Services.AddSingleton(database).AddSingleton<IPaymentGateway, SimulatedGateway>().AddSingleton<PaymentEffects>().AddProviderInquiry();
        // Nobody here has an address.
        builder.AddMail<NotificationMailOptions>("Notifications:Mail");
        builder.Services.AddSingleton(new Texts(Texts.Folder)).AddSingleton<Mails>();
        builder.AddMessaging(service);
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
    }
}
