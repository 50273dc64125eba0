using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;
using Ticketing.Testing.Brokers;
using Ticketing.Tickets;

namespace Ticketing.Documents.Tests.PostgreSql;

/// <summary>What tickets that sold many seats cost those who only look at them. Alone, as what the process allocates is measured.</summary>
[Collection(nameof(TicketReadTests))]
[CollectionDefinition(nameof(TicketReadTests), DisableParallelization = true)]
public sealed class TicketReadTests(PostgreSqlFixture postgres) : IClassFixture<PostgreSqlFixture>, IAsyncLifetime
{
    private const int Page = 200;
    private const int Seats = 10_000;

    private readonly HttpClient _http = new();
    private WebApplication? _app;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Repository<Ticket> Tickets => _app!.Services.GetRequiredService<Repository<Ticket>>();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["Documents:Store"] = "postgres",
            ["ConnectionStrings:postgres"] = postgres.Server.ConnectionString,
            ["ConnectionStrings:kafka"] = EmbeddedBroker.Start(new TestTopic(Topics.Tickets)).BootstrapServers,
        });
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults("tickets");
        builder.AddMessaging(new Service("tickets").Publishes(Topics.Tickets).Documents(Ticket.Documents));
        _app = builder.Build();
        _app.UseServiceDefaults();
        _app.MapTickets();
        await _app.StartAsync(Cancellation);
        _http.BaseAddress = new(_app.Urls.First());
    }

    // Its ids are behind the other test's.
    [Fact]
    public async Task A_ticket_with_many_sales_is_shown_as_it_is_and_decided_on_with_all_of_them()
    {
        var ticket = Sold("many", Seats - 10) with { Held = 4 };
        await WriteAsync([ticket, Sold("none left", Seats)]);

        Assert.Equal((6, ticket.Version), await AvailableAsync());
        var refused = await Tickets.ExecuteAsync("many", many => Ticket.Reserve(many, Order(OrderId(0)), DateTimeOffset.UtcNow), cancellation: Cancellation);
        Assert.Equal(ticket.Version, refused.State!.Version);
        await Tickets.ExecuteAsync("many", many => Ticket.Reserve(many, Order("another"), DateTimeOffset.UtcNow), cancellation: Cancellation);

        Assert.Equal((5, ticket.Version + 1), await AvailableAsync());
        Assert.Equal(ticket.Sales.ByOrder, (await Tickets.Store.LoadAsync("many", Cancellation))!.State.Sales.ByOrder);

        // As the ticket itself, the list of all and the list of those that can be had say it.
        async Task<(int Available, long Version)> AvailableAsync()
        {
            var answer = await _http.GetAsync("/api/tickets/many", Cancellation);
            var shown = (await answer.Content.ReadFromJsonAsync<TicketResponse>(Cancellation))!;
            Assert.Equal($"\"{shown.Version}\"", answer.Headers.ETag!.Tag);
            var all = await _http.GetFromJsonAsync<TicketResponse[]>("/api/tickets?limit=200&after=c", Cancellation);
            Assert.Equal([shown, TicketResponse.Of(Sold("none left", Seats))], all!);
            var available = await _http.GetFromJsonAsync<TicketResponse[]>("/api/tickets?available=true&after=c", Cancellation);
            Assert.Equal([shown], available!);
            return (shown.Available, shown.Version);
        }
    }

    [Fact]
    public async Task A_page_of_sold_out_tickets_costs_no_more_than_a_page_of_new_ones()
    {
        var (fresh, sold) = (Sold("", 0), Sold("", Seats));
        for (var i = 0; i < Page; i += 10)
            await WriteAsync([.. Enumerable.Range(i, 10).SelectMany(n => new[] { fresh with { Id = $"a{n:D3}" }, sold with { Id = $"b{n:D3}" } })]);

        var (cheap, dear) = (await AllocatedAsync("/api/tickets?limit=200&after=a"), await AllocatedAsync("/api/tickets?limit=200&after=a199"));
        var (one, other) = (await AllocatedAsync("/api/tickets/a000"), await AllocatedAsync("/api/tickets/b000"));

        TestContext.Current.SendDiagnosticMessage($"{Page} new: {cheap:N0} bytes; sold out: {dear:N0}; one new: {one:N0}; sold out: {other:N0}");
        Assert.InRange((double)dear / cheap, 0, 1.1);
        Assert.InRange((double)other / one, 0, 1.5);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_app is null)
            return;
        await _app.StopAsync(Cancellation);
        await _app.DisposeAsync();
    }

    private static Ticket Sold(string id, int seats) => Ticket.List(id, "seller", "Opera", 10, "USD", Seats).State! with
    {
        Version = 1 + (2 * seats),
        Sold = seats,
        Sales = Enumerable.Range(0, seats).Aggregate(Sales.None, (sales, i) => sales.Add(OrderId(i), new(1, OrderId(-i), 10))),
    };

    private static string OrderId(int number) => new Guid(number, 0, 0, new byte[8]).ToString();

    private static OrderCreated Order(string id) => new()
    {
        Id = id,
        OrderId = id,
        UserId = "buyer",
        TicketId = "many",
        Quantity = 1,
        Price = 10,
        Currency = "USD",
        Status = OrderStatus.Created,
        ExpiresAt = DateTimeOffset.MaxValue,
        Version = 1,
    };

    private async Task WriteAsync(Ticket[] tickets) => Assert.All(
        await Tickets.Store.WriteManyAsync([.. tickets.Select(ticket => new Document<Ticket>(ticket.Id, 1, ticket, []))], Cancellation), Assert.True);

    /// <summary>What the process allocates for an answer: the least of some, as other things go on in it.</summary>
    private async Task<long> AllocatedAsync(string path)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await _http.GetByteArrayAsync(path, Cancellation);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        return least;
    }
}
