using System.Diagnostics;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.EndToEnd.Tests;

/// <summary>
/// The AppHost as a process: what it starts works at once, nothing of it is left running, and the next run finds what this one stored. Starts
/// are slow, so each run here tries several promises.
/// </summary>
public sealed class RunTests(ITestOutputHelper output)
{
    // Ten seconds on a machine that does nothing else.
    private static readonly TimeSpan StopPatience = 3 * AppHostProcess.StopLimit;

    private static readonly string[] Programs = ["Accounts.dll", "Tickets.dll", "Orders.dll", "Payments.dll", "Expiration.dll", "Notifications.dll", "Activity.dll", "Insights.dll", "StripeSimulator.dll", "EmbeddedBroker.dll"];

    [Fact]
    public async Task In_memory_the_READMEs_calls_work_at_once_a_service_that_dies_is_named_and_Ctrl_C_stops_everything()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        await using var apphost = AppHostProcess.StartWith(("Orders__MaxOpenHolds", "1"), "--store", "memory");
        await ReadmeCalls.PasteTwiceAsync(await apphost.ReadyAsync());
        await OneOrderMayBeUnpaidAsync(await apphost.ReadyAsync());
        var descendants = apphost.Descendants();
        Assert.All(Programs, program => Find(descendants, program));
        Assert.Contains("Payments go to a Stripe simulator: Payments:Stripe:ApiKey is not set.", apphost.Output, StringComparison.Ordinal);

        await ProcessTree.SignalAsync(Find(descendants, "Payments.dll"), "KILL");
        await Eventually.IsAsync(() => apphost.Output.Contains("payments ended with exit code", StringComparison.Ordinal), () => apphost.Output);

        await apphost.SignalAsync("INT");
        Assert.Equal(0, await apphost.ExitAsync(StopPatience));
        Assert.False(File.Exists(apphost.EndpointsFile), "endpoints.json is still there.");
        await AllEndAsync(descendants);
    }

    [Fact]
    public async Task On_PostgreSQL_the_READMEs_calls_work_at_once_and_the_next_run_finds_everything_however_this_one_ends()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        string[] options = ["--store", "postgres", "--hold", "00:00:10"];
        await using var first = AppHostProcess.Start(options);
        await ReadmeCalls.PasteTwiceAsync(await first.ReadyAsync());
        using var shop = new Shop(await first.ReadyAsync());
        var buyer = await shop.SignUpAsync();
        var left = await LeaveAsync(shop, buyer);
        var descendants = first.Descendants();

        await first.SignalAsync("TERM");
        Assert.Equal(0, await first.ExitAsync(StopPatience));
        await AllEndAsync(descendants);

        await using var second = await first.ContinueAsync(options);
        await second.ReadyAsync();
        await FindAsync(shop, buyer, left);
        left = await LeaveAsync(shop, buyer);
        descendants = second.Descendants();

        // Its orchestrator notices, and ends what it started.
        await second.KillAsync();
        await AllEndAsync(descendants);

        await using var third = await second.ContinueAsync(options);
        await third.ReadyAsync();
        await FindAsync(shop, buyer, left);
        left = await LeaveAsync(shop, buyer);
        descendants = third.Descendants();
        // Nobody hears of a cancellation but the broker, which forgets it.
        var unheard = await buyer.BuyAsync(await (await shop.SellerAsync()).ListTicketAsync());
        await ProcessTree.SignalAsync([Find(descendants, "Payments.dll"), Find(descendants, "Tickets.dll")], "STOP");
        await buyer.CancelAsync(unheard);
        await Eventually.IsAsync(
            async () => (await buyer.GetAsync(new Uri(shop.Endpoints.Orders, "/health"))).Read<Health>().Outbox == 0, () => "it is not published");

        // As if the machine had lost its power.
        await ProcessTree.SignalAsync([third.Id, .. descendants], "KILL");
        await AllEndAsync(descendants);

        await using var fourth = await third.ContinueAsync(options);
        await fourth.ReadyAsync();
        await FindAsync(shop, buyer, left);
        // The books of the account are kept as long as the documents.
        await Eventually.IsAsync(
            async () => (await buyer.PaymentAsync(unheard)).Status == "refunded" && (await buyer.TicketAsync(unheard.TicketId)).Available == 1,
            () => "the cancellation is lost");
    }

    [Fact]
    public async Task SIGTERM_answers_whoever_waits_leaves_the_groups_and_stops_everything()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        await using var kafka = await RealKafka.StartAsync();
        await using var apphost = AppHostProcess.Start("--kafka", kafka.BootstrapServers);
        using var shop = new Shop(await apphost.ReadyAsync());
        var descendants = apphost.Descendants();
        var buyer = await shop.SignUpAsync();
        var order = await buyer.ReserveAsync(await (await shop.SellerAsync()).ListTicketAsync());
        var waiting = buyer.GetAsync(new Uri(shop.Endpoints.Orders, $"/api/orders/{order.Id}?wait=60"));
        await buyer.GetAsync(new Uri(shop.Endpoints.Orders, $"/api/orders/{order.Id}"));

        await apphost.SignalAsync("TERM");

        Assert.Equal(order.Id, (await waiting).Read<Order>().Id);
        Assert.Equal(0, await apphost.ExitAsync(StopPatience));
        Assert.False(File.Exists(apphost.EndpointsFile), "endpoints.json is still there.");
        Assert.Empty(await kafka.MembersOfAsync(Shop.Groups.Select(group => group.Group)));
        await AllEndAsync(descendants);
    }

    /// <summary>The services have the settings of the AppHost's environment.</summary>
    private static async Task OneOrderMayBeUnpaidAsync(ShopEndpoints endpoints)
    {
        using var shop = new Shop(endpoints);
        var buyer = await shop.SignUpAsync();
        var ticket = await (await shop.SellerAsync()).ListTicketAsync(quantity: 2);
        await buyer.OrderAsync(ticket);
        (await buyer.PostAsync("/api/orders", new { ticketId = ticket.Id })).IsProblem(System.Net.HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Without_Stripe_Payments_has_a_gateway_of_its_own_even_if_a_key_is_in_the_environment()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        await using var apphost = AppHostProcess.StartWith(("Payments__Stripe__ApiKey", "sk_test_of_an_account"), "--stripe", "false");
        var endpoints = await apphost.ReadyAsync();

        Assert.Null(endpoints.Stripe);
        Assert.DoesNotContain(apphost.Descendants(), id => ProcessTree.CommandLine(id).Any(argument => argument.EndsWith("/StripeSimulator.dll", StringComparison.Ordinal)));
        using var shop = new Shop(endpoints);
        var buyer = await shop.SignUpAsync();
        var order = await buyer.BuyAsync(await (await shop.SellerAsync()).ListTicketAsync());
        Assert.StartsWith("ch_", (await buyer.PaymentAsync(order)).PaymentId, StringComparison.Ordinal);
    }

    /// <summary>Leaves an order that is completed, and one that is not paid.</summary>
    private static async Task<(Ticket Ticket, Order Bought, Order Reserved)> LeaveAsync(Shop shop, Caller buyer)
    {
        var ticket = await (await shop.SellerAsync()).ListTicketAsync(quantity: 5);
        var bought = await buyer.BuyAsync(ticket, 2);
        return (ticket, bought, await buyer.ReserveAsync(ticket));
    }

    /// <summary>The session still works, the completed order is there, and the other one expires.</summary>
    private static async Task FindAsync(Shop shop, Caller buyer, (Ticket Ticket, Order Bought, Order Reserved) left)
    {
        Assert.Equal(left.Bought, await buyer.OrderAsync(left.Bought.Id));
        Assert.Equal("succeeded", (await buyer.PaymentAsync(left.Bought)).Status);
        Assert.Equal("expired", (await buyer.WaitForAsync(left.Reserved.Id, order => order.IsDead)).Reason);
        await Eventually.IsAsync(async () => (await buyer.TicketAsync(left.Ticket.Id)).Available == 3, () => "the seat is not free");
        var signedIn = await shop.Anyone.PostAsync("/api/users/signin", new { email = buyer.Session.Email, password = Shop.Password });
        Assert.Equal(buyer.Id, signedIn.Read<Session>().Id);
        Assert.Equal(Order.Completed, (await buyer.BuyAsync(left.Ticket)).Status);
    }

    private static int Find(IEnumerable<int> processes, string program) => Assert.Single(
        processes, id => ProcessTree.CommandLine(id).Take(2).Any(argument => argument.EndsWith($"/{program}", StringComparison.Ordinal)));

    private async Task AllEndAsync(IReadOnlyList<int> processes)
    {
        var started = Stopwatch.GetTimestamp();
        await Eventually.IsAsync(
            () => !processes.Any(ProcessTree.IsRunning),
            () => $"running: {string.Join("; ", processes.Where(ProcessTree.IsRunning).Select(id => string.Join(' ', ProcessTree.CommandLine(id))))}");
        output.WriteLine($"after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s nothing is left");
    }
}
