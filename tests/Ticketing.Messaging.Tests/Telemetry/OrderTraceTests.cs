using System.Diagnostics;
using Ticketing.Documents;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests.Telemetry;

/// <summary>One order is one trace: the parent of every span of an order's life, with the services' own handlers.</summary>
[Collection(nameof(Alone))]
public sealed class OrderTraceTests(EmbeddedBrokers brokers)
{
    // What follows from placing an order, less its last lines: every life begins so.
    private const string Reserved = """
            process order.created (tickets-orders)
              create ticket.reserved
                process ticket.reserved (orders-tickets)
                  create order.pending
                    process order.pending (expiration-orders)
                    process order.pending (payments-orders)
                    send order.pending
                send ticket.reserved
              create ticket.updated
                process ticket.updated (orders-tickets)
                send ticket.updated
            send order.created

        """;

    [Fact]
    public async Task An_order_that_expires_after_a_restart()
    {
        using var exported = new Exported();
        await using var shop = await TracedShop.OpenAsync(brokers);
        await shop.StartAsync(TracedShop.Services);
        var (ticket, id) = (await shop.ListTicketAsync(1), Guid.CreateVersion7().ToString());

        var placed = await shop.PlaceAsync(id, ticket, TimeSpan.FromSeconds(6));
        await shop.IsPendingAsync(id);
        await shop.RestartAsync();

        await AssertAsync(exported, placed.TraceId, """
            POST /api/orders
              create order.created
                process order.created (expiration-orders)
                  due timers
                    create expiration.expired
                      process expiration.expired (orders-expiration)
                        create order.cancelled
                          process order.cancelled (expiration-orders)
                          process order.cancelled (payments-orders)
                          process order.cancelled (tickets-orders)
                            create ticket.updated
                              process ticket.updated (orders-tickets)
                              send ticket.updated
                          send order.cancelled
                      send expiration.expired
                process order.created (payments-orders)

            """ + Reserved);
        AssertReadsAndWrites(exported);
    }

    [Fact]
    public async Task An_order_that_is_paid_by_a_later_request()
    {
        using var exported = new Exported();
        await using var shop = await TracedShop.OpenAsync(brokers);
        await shop.StartAsync(TracedShop.Services);
        var (ticket, id) = (await shop.ListTicketAsync(1), Guid.CreateVersion7().ToString());

        var placed = await shop.PlaceAsync(id, ticket, TimeSpan.FromHours(1));
        await shop.IsPendingAsync(id);
        var paid = await shop.PayAsync(id);

        await AssertAsync(exported, placed.TraceId, """
            POST /api/orders
              create order.created
                process order.created (expiration-orders)
                process order.created (payments-orders)
                  charge payment
                    create payment.succeeded
                      process payment.succeeded (orders-payments)
                        create order.completed
                          process order.completed (expiration-orders)
                          process order.completed (payments-orders)
                          process order.completed (tickets-orders)
                            create ticket.updated
                              process ticket.updated (orders-tickets)
                              send ticket.updated
                          send order.completed
                      send payment.succeeded
                  create payment.created
                    process payment.created (orders-payments)
                    send payment.created

            """ + Reserved);
        AssertReadsAndWrites(exported);
        // The paying request has its own trace, and what it asked for is linked with it.
        foreach (var name in new[] { "create payment.created", "charge payment" })
            Assert.Equal(paid, exported.Ended.Single(span => span.DisplayName == name).Links.Single().Context, SameSpan);
    }

    [Fact]
    public async Task Many_orders_that_are_handled_as_batches()
    {
        const int Orders = 20;
        using var exported = new Exported();
        await using var shop = await TracedShop.OpenAsync(brokers);
        await shop.StartAsync("tickets", "orders");
        var ticket = await shop.ListTicketAsync(Orders);
        await shop.RestartAsync();
        var ids = Enumerable.Range(0, Orders).Select(_ => Guid.CreateVersion7().ToString()).ToArray();
        var placed = await Task.WhenAll(ids.Select(id => Task.Run(() => shop.PlaceAsync(id, ticket, TimeSpan.FromHours(1)))));
        foreach (var id in ids)
            await shop.IsPendingAsync(id);
        var cancelled = await Task.WhenAll(ids.Select(id => Task.Run(() => shop.CancelAsync(id))));

        foreach (var order in placed)
        {
            await AssertAsync(exported, order.TraceId, """
                POST /api/orders
                  create order.cancelled
                    process order.cancelled (expiration-orders)
                    process order.cancelled (payments-orders)
                    process order.cancelled (tickets-orders)
                      create ticket.updated
                        process ticket.updated (orders-tickets)
                        send ticket.updated
                    send order.cancelled
                  create order.created
                    process order.created (expiration-orders)
                    process order.created (payments-orders)

                """ + Reserved);
        }
        AssertReadsAndWrites(exported);
        var links = exported.Ended.Where(span => span.DisplayName == "create order.cancelled").Select(span => span.Links.Single().Context);
        Assert.Equal(cancelled.Select(request => request.SpanId.ToHexString()).Order(), links.Select(link => link.SpanId.ToHexString()).Order());
        // There were batches of several events, and none of them made a trace: a trace begins with a request.
        Assert.Contains(TheShop.Groups, group => Count("ticketing.batch.size", group.Group) < Count("ticketing.events.processed", group.Group));
        Assert.All(exported.Ended.Where(span => span.ParentSpanId == default), span => Assert.Matches("^(POST|DELETE) ", span.DisplayName));

        double? Count(string metric, string group) => exported.Value(metric, "messaging.consumer.group.name", group);
    }

    private static bool SameSpan(ActivityContext one, ActivityContext other) => one.SpanId == other.SpanId && one.TraceId == other.TraceId;

    private static async Task AssertAsync(Exported exported, ActivityTraceId trace, string expected)
    {
        try
        {
            await Eventually.IsAsync(() => TraceTree.Of(exported.Ended, trace) == expected, () => "another tree", TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            Assert.Equal(expected, TraceTree.Of(exported.Ended, trace));
        }
    }

    /// <summary>Documents are read and written within a request, an event, or work that fell due, with whose links.</summary>
    private static void AssertReadsAndWrites(Exported exported)
    {
        var spans = exported.Ended.ToDictionary(span => span.SpanId);
        var stored = spans.Values.Where(span => span.Source.Name == DocumentTelemetry.Name).ToList();
        Assert.NotEmpty(stored);
        Assert.All(stored, span => Assert.Matches("^(load|write) (tickets|orders|ticket_replicas|payments|timers)$", span.DisplayName));
        Assert.All(stored, span =>
        {
            var parent = Assert.Contains(span.ParentSpanId, (IReadOnlyDictionary<ActivitySpanId, Activity>)spans);
            Assert.Matches("^(GET|POST|DELETE|process|due|charge) ", parent.DisplayName);
            Assert.Equal(parent.Links.Select(link => link.Context.SpanId), span.Links.Select(link => link.Context.SpanId));
        });
    }
}
