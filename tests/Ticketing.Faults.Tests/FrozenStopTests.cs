using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Ticketing.Faults.Tests.Load;
using Ticketing.Faults.Tests.Running;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.Faults.Tests;

/// <summary>SIGTERM of a service whose store or broker is frozen: what it cannot finish it leaves, and it ends in time all the same.</summary>
public sealed class FrozenStopTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_service_whose_store_is_frozen_ends_in_time()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var kafka = await RealKafka.StartAsync();
        await using var postgres = await PostgresServer.StartAsync("fsync=off");
        var address = new DbConnectionStringBuilder { ConnectionString = postgres.ConnectionString };
        await RunAsync(new(kafka.BootstrapServers, postgres.ConnectionString, 1), (string)address["Port"], async (buyer, services) =>
        {
            // It waits for the store, and the store for the end of the test.
            var open = buyer.StatusAsync(HttpMethod.Get, services["Tickets"], "/api/tickets");
            await services.BecomeAsync("degraded");
            Assert.False(open.IsCompleted);
        });
    }

    [Fact]
    public async Task A_service_whose_broker_is_frozen_ends_in_time()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var kafka = await RealKafka.StartAsync();
        await using var postgres = await PostgresServer.StartAsync("fsync=off");
        await RunAsync(new(kafka.BootstrapServers, postgres.ConnectionString, 1), kafka.BootstrapServers.Split(':')[1], async (buyer, services) =>
        {
            // Its event has nowhere to go.
            Assert.Equal(HttpStatusCode.Created, await buyer.ListAsync(services["Tickets"]));
        });
    }

    private async Task RunAsync(RunEnvironment environment, string port, Func<Buyer, Instances, Task> happens)
    {
        await FreezeAsync(environment, int.Parse(port, CultureInfo.InvariantCulture), happens);
        Directory.Delete(environment.Directory, recursive: true);
    }

    private async Task FreezeAsync(RunEnvironment environment, int port, Func<Buyer, Instances, Task> happens)
    {
        await using var services = new Instances(environment, 1, "Accounts", "Tickets");
        await services.StartAsync();
        await services.BecomeAsync("healthy");
        using var buyer = new Buyer();
        await buyer.SignUpAsync(services["Accounts"]);
        Assert.Equal(HttpStatusCode.Created, await buyer.ListAsync(services["Tickets"]));

        await using var frozen = await FrozenServer.FreezeAsync(port);
        await happens(buyer, services);
        var stopped = Stopwatch.GetTimestamp();
        await Task.WhenAll(services.All.Select(instance => instance.SignalAsync("TERM")));
        var ended = await Task.WhenAll(services.All.Select(async instance =>
            (instance.Name, HasEnded: await instance.ExitsAsync(Limit), After: Stopwatch.GetElapsedTime(stopped).TotalSeconds)));

        output.WriteLine(string.Join(", ", ended.Select(one => $"{one.Name} ended after {one.After:0.0} s")));
        Assert.All(ended, one => Assert.True(one.HasEnded, $"{one.Name} still runs {Limit} after SIGTERM. Logs: {environment.Directory}"));
        Assert.All(services.All, instance => Assert.Equal(" ended with 0", instance.Ended));
    }
}
