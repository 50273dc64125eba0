using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.EndToEnd.Tests;

/// <summary>The AppHost as a process: what it starts, and that nothing of it stays.</summary>
public sealed class StartAndStopTests
{
    // Ten seconds on a machine that does nothing else.
    private static readonly TimeSpan StopPatience = 3 * AppHostProcess.StopLimit;

    private static readonly string[] Programs = ["Accounts.dll", "Tickets.dll", "Orders.dll", "Payments.dll", "Expiration.dll", "EmbeddedBroker.dll"];

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
        Assert.Empty(await kafka.MembersOfAsync(Contracts.ConsumerGroups.All.Select(group => group.Group)));
        await AllEndAsync(descendants);
    }

    [Fact]
    public async Task A_service_that_dies_is_named_and_Ctrl_C_stops_the_others()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        await using var apphost = AppHostProcess.Start();
        await apphost.ReadyAsync();
        var descendants = apphost.Descendants();

        await ProcessTree.SignalAsync(Find(descendants, "Payments.dll"), "KILL");
        await Eventually.IsAsync(() => apphost.Output.Contains("payments ended with exit code", StringComparison.Ordinal), () => apphost.Output);

        await apphost.SignalAsync("INT");
        Assert.Equal(0, await apphost.ExitAsync(StopPatience));
        await AllEndAsync(descendants);
    }

    [Fact]
    public async Task Nothing_outlives_an_AppHost_that_is_killed_and_the_next_one_starts()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        await using var apphost = AppHostProcess.Start();
        await apphost.ReadyAsync();
        var descendants = apphost.Descendants();
        Assert.All(Programs, program => Find(descendants, program));

        await apphost.KillAsync();

        await AllEndAsync(descendants);
        await using var next = await apphost.ContinueAsync();
        await next.ReadyAsync();
    }

    private static int Find(IEnumerable<int> processes, string program) => Assert.Single(
        processes, id => ProcessTree.CommandLine(id).Take(2).Any(argument => argument.EndsWith($"/{program}", StringComparison.Ordinal)));

    // The orchestrator ends them, and itself, some seconds after it has noticed.
    private static Task AllEndAsync(IReadOnlyList<int> processes) => Eventually.IsAsync(
        () => !processes.Any(ProcessTree.IsRunning),
        () => $"running: {string.Join("; ", processes.Where(ProcessTree.IsRunning).Select(id => string.Join(' ', ProcessTree.CommandLine(id))))}");
}
