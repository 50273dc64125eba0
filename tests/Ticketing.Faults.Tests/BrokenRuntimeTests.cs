using Ticketing.Contracts;
using Ticketing.Expiration;
using Ticketing.Faults.Tests.Broken;
using Ticketing.Faults.Tests.Checking.Rules;
using Ticketing.Notifications;
using Ticketing.Orders;
using Ticketing.Testing;
using Ticketing.Tickets;

namespace Ticketing.Faults.Tests;

/// <summary>The services run as they are, on a runtime that breaks one of its rules: the checker finds out which.</summary>
public sealed class BrokenRuntimeTests
{
    private const string Concert = "ticket";

    [Fact]
    public async Task Unbroken_nothing_is_found() => Assert.Empty(await RunAsync("nobody", new(Breakage.None, "")));

    [Fact]
    public async Task Without_compare_and_set_an_update_is_lost() =>
        Assert.Contains(await RunAsync("tickets", new(Breakage.NoCompareAndSet, "tickets"), RenameAtOnceAsync), IsA(nameof(VersionsFollow)));

    [Fact]
    public async Task Published_before_it_is_written_an_event_tells_of_what_never_was() => Assert.Contains(
        await RunAsync("orders", new(Breakage.WriteComesLast, "orders") { IsLost = state => state is Order { Status: OrderStatus.Cancelled } }),
        IsA(nameof(ChangesArePublished)));

    [Fact]
    public async Task Committed_before_it_is_written_an_event_is_skipped() => Assert.Contains(
        await RunAsync("expiration", new(Breakage.WriteComesLast, "timers") { IsLost = state => state is OrderTimer { Status: TimerStatus.Set } }),
        IsA(nameof(ReplicasEqualSources)));

    [Fact]
    public async Task Committed_before_it_is_written_a_notification_is_missing() => Assert.Contains(
        await RunAsync("notifications", new(Breakage.WriteComesLast, "inboxes") { IsLost = state => state is Inbox { Items: [.., { Kind: NotificationKind.OrderCancelled }] } }),
        IsA(nameof(NotificationsAreTold)));

    [Fact]
    public async Task Told_again_after_the_broker_forgot_everything_nothing_is_found()
    {
        await using var shop = await LoseAsync("nobody");
        List<string> found = ["not looked at"];
        await Eventually.IsAsync(
            async () =>
            {
                await shop.SettleAsync();
                return (found = await CheckAsync(shop)).Count == 0;
            }, () => string.Join('\n', found));
    }

    [Theory]
    [InlineData("tickets", nameof(ChangesArePublished))]
    [InlineData("orders", nameof(ChangesArePublished))]
    public async Task Not_told_again_after_the_broker_forgot_everything_it_is_missing(string service, string rule)
    {
        await using var shop = await LoseAsync(service);
        await shop.SettleAsync();
        Assert.Contains(await CheckAsync(shop), IsA(rule));
    }

    /// <summary>A shop after the loss. One service cannot note what it was asked to tell.</summary>
    private static async Task<InProcessShop> LoseAsync(string service)
    {
        var shop = await InProcessShop.StartAsync(
            name => new BrokenDatabase(name == service ? Breakage.WriteComesLast : Breakage.None, "published_logs"));
        await shop.Tickets.ExecuteAsync(Concert, _ => Ticket.List(Concert, "seller", "Concert", 10, "USD", 10));
        await shop.OrderAsync("kept", Concert);
        await shop.OrderAsync("given-up", Concert);
        await shop.Tickets.ExecuteAsync("unsold", _ => Ticket.List("unsold", "seller", "Reading", 10, "USD", 10));
        await shop.SettleAsync();
        await shop.LoseBrokerAsync();
        await shop.Orders.ExecuteAsync("given-up", order => Order.Cancel(order, "buyer", DateTimeOffset.UtcNow));
        return shop;
    }

    private static async Task<List<string>> CheckAsync(InProcessShop shop)
    {
        var snapshot = await shop.SnapshotAsync();
        return [.. Checker.Check(snapshot).Select(violation => violation.Tell(snapshot))];
    }

    private static Predicate<string> IsA(string rule) => violation => violation.StartsWith(rule, StringComparison.Ordinal);

    private static Task RenameAtOnceAsync(InProcessShop shop) => Task.WhenAll(Enumerable.Range(1, 3).Select(number =>
        shop.Tickets.ExecuteAsync(Concert, ticket => Ticket.Change(ticket, "seller", $"Title {number}", null, null)).AsTask()));

    private static async Task<List<string>> RunAsync(string service, BrokenDatabase broken, Func<InProcessShop, Task>? also = null)
    {
        await using var shop = await InProcessShop.StartAsync(name => name == service ? broken : new BrokenDatabase(Breakage.None, ""));
        await shop.Tickets.ExecuteAsync(Concert, _ => Ticket.List(Concert, "seller", "Concert", 10, "USD", 10));
        await shop.OrderAsync("kept", Concert);
        await shop.OrderAsync("given-up", Concert);
        await shop.SettleAsync();
        await shop.Orders.ExecuteAsync("given-up", order => Order.Cancel(order, "buyer", DateTimeOffset.UtcNow));
        if (also is not null)
            await also(shop);
        await shop.SettleAsync();
        return await CheckAsync(shop);
    }
}
