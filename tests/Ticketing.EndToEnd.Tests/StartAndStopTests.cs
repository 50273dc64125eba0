using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.EndToEnd.Tests;

/// <summary>The AppHost as a process: what it starts, and that nothing of it stays.</summary>
public sealed class StartAndStopTests
{
    private static readonly string[] Programs = ["Accounts.dll", "Tickets.dll", "Orders.dll", "Payments.dll", "Expiration.dll", "EmbeddedBroker.dll"];

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_stops_everything_and_leaves_nothing(string signal)
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        await using var apphost = AppHostProcess.Start();
        await apphost.ReadyAsync();
        var descendants = apphost.Descendants();
        Assert.All(Programs, program => Find(descendants, program));

        await apphost.SignalAsync(signal);

        Assert.Equal(0, await apphost.ExitAsync(2 * AppHostProcess.StopLimit));
        Assert.False(File.Exists(apphost.EndpointsFile), "endpoints.json is still there.");
        await AllEndAsync(descendants);
    }

    [Fact]
    public async Task Services_leave_their_groups_although_somebody_waits_for_an_answer()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        await using var kafka = await RealKafka.StartAsync();
        await using var apphost = AppHostProcess.Start("--kafka", kafka.BootstrapServers);
        using var shop = new Shop(await apphost.ReadyAsync());
        var buyer = await shop.SignUpAsync();
        var order = await buyer.ReserveAsync(await (await shop.SellerAsync()).ListTicketAsync());
        var waiting = buyer.GetAsync(new Uri(shop.Endpoints.Orders, $"/api/orders/{order.Id}?wait=60"));
        await buyer.GetAsync(new Uri(shop.Endpoints.Orders, $"/api/orders/{order.Id}"));

        await apphost.SignalAsync("TERM");

        Assert.Equal(order.Id, (await waiting).Read<Order>().Id);
        Assert.Equal(0, await apphost.ExitAsync(2 * AppHostProcess.StopLimit));
        Assert.Empty(await kafka.MembersOfAsync(Contracts.ConsumerGroups.All.Select(group => group.Group)));
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

    [Fact]
    public async Task A_service_that_dies_is_named()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        await using var apphost = AppHostProcess.Start();
        await apphost.ReadyAsync();

        await ProcessTree.SignalAsync(Find(apphost.Descendants(), "Payments.dll"), "KILL");

        await Eventually.IsAsync(() => apphost.Output.Contains("payments ended with exit code", StringComparison.Ordinal), () => apphost.Output);
    }

    private static int Find(IEnumerable<int> processes, string program) => Assert.Single(
        processes, id => ProcessTree.CommandLine(id).Take(2).Any(argument => argument.EndsWith($"/{program}", StringComparison.Ordinal)));

    // The orchestrator ends them, and itself, some seconds after it has noticed.
    private static Task AllEndAsync(IReadOnlyList<int> processes) => Eventually.IsAsync(
        () => !processes.Any(ProcessTree.IsRunning),
        () => $"running: {string.Join("; ", processes.Where(ProcessTree.IsRunning).Select(id => string.Join(' ', ProcessTree.CommandLine(id))))}");
}
