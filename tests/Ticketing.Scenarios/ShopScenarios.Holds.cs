using Ticketing.Contracts;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios;

// Holds that nobody ends. Their orders are placed with the first test of a class, and the tests that are about their ends come behind the others, so
// that the holds pass meanwhile: they can be long enough for a slow machine to pay in time.
public abstract partial class ShopScenarios : IAsyncLifetime
{
    public async ValueTask InitializeAsync() =>
        // What fails here fails the test that is about it.
        await Task.WhenAll(UnpaidAsync(), ToldEarlyAsync(), UndecidedAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_order_that_nobody_pays_expires_at_its_time_in_its_trace_and_frees_its_seat()
    {
        var (buyer, ticket, order, placing) = await UnpaidAsync();

        var expired = await buyer.WaitForStatusAsync(order.Id, Order.Cancelled);

        Assert.Equal((Reasons.Expired, order.ExpiresAt), (expired.Reason, expired.ExpiresAt));
        await SeatsBecomeAsync(ticket, 1);
        await Shop.SettleAsync();
        Assert.Equal(
            ["expiration.expired", "order.cancelled", "order.created", "order.pending", "ticket.reserved"], await TracedAsync(placing, order));
        await AssertNotEndedEarlyAsync(order);
    }

    [Fact]
    public async Task An_expiration_that_comes_early_ends_no_hold()
    {
        var (buyer, order) = await ToldEarlyAsync();

        var ended = await buyer.WaitForStatusAsync(order.Id, Order.Cancelled);

        Assert.Equal((Reasons.Expired, order.ExpiresAt), (ended.Reason, ended.ExpiresAt));
        await AssertNotEndedEarlyAsync(order);
    }

    [Fact]
    public async Task When_the_hold_ends_before_its_holder_decides_nothing_is_captured()
    {
        var (buyer, ticket, order, waiting) = await UndecidedAsync();

        Assert.Equal(Reasons.Expired, (await buyer.WaitForStatusAsync(order.Id, Order.Cancelled)).Reason);

        Assert.Equal("canceled", (await PaymentBecomesAsync(buyer, order, payment => payment.Status == "failed")).Reason);
        var intent = Assert.Single(await Shop.Stripe.IntentsAsync(order));
        Assert.Equal((waiting.PaymentId, "canceled", 0), (intent.Id, intent.Status, intent.AmountReceived));
        await SeatsBecomeAsync(ticket, 1);
    }

    // However many instances Expiration has.
    [Fact]
    public async Task A_timer_fires_once()
    {
        await Shop.SettleAsync();
        // One for a hold that was prolonged fires again, with another version.
        var told = (await ShopsOwnAsync(Topics.Expiration)).GroupBy(record => (record.OrderId, record.Version), record => record.CloudEventId).ToList();
        Assert.NotEmpty(told);
        Assert.All(told, firing => Assert.Single(firing.Distinct()));
    }

    private Task<(Caller Buyer, Ticket Ticket, Order Order, string Trace)> UnpaidAsync() => Shop.OnceAsync(async () =>
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        var placing = NewTrace();
        var placed = (await buyer.PostAsync("/api/orders", new { ticketId = ticket.Id }, TraceParent(placing))).Read<Order>(Created);
        var order = await buyer.WaitForStatusAsync(placed.Id, Order.PendingPayment);
        Assert.Equal(0, (await buyer.TicketAsync(ticket.Id)).Available);
        return (buyer, ticket, order, placing);
    });

    private Task<(Caller Buyer, Order Order)> ToldEarlyAsync() => Shop.OnceAsync(async () =>
    {
        var (seller, buyer) = await PeopleAsync();
        var order = await buyer.ReserveAsync(await seller.ListTicketAsync());
        await ExpireAsync(order);
        return (buyer, order);
    });

    private Task<(Caller Buyer, Ticket Ticket, Order Order, Payment Payment)> UndecidedAsync() => Shop.OnceAsync(async () =>
    {
        var (seller, buyer) = await PeopleAsync();
        var ticket = await seller.ListTicketAsync();
        var order = await buyer.ReserveAsync(ticket);
        return (buyer, ticket, order, await PayWithAuthenticationAsync(buyer, order));
    });

    private async Task AssertNotEndedEarlyAsync(Order order)
    {
        var ended = (await EventsAsync(order)).First(record => record.Type == "order.cancelled");
        Assert.True(DateTimeOffset.Parse(ended.Headers["ce_time"], null) >= order.ExpiresAt, $"The hold until {order.ExpiresAt:O} ended at {ended.Headers["ce_time"]}.");
    }
}
