using System.Diagnostics;
using System.Net;
using Ticketing.Faults.Tests.Load;
using Ticketing.Faults.Tests.Running;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.Faults.Tests;

/// <summary>SIGTERM of one instance of every service, whatever is open.</summary>
public sealed class CleanStopTests(ITestOutputHelper output)
{
    private const int Waiting = 50;
    private const int Paying = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // Much longer than a member takes that leaves: the partitions of one that only ends would be its own for so long.
    private static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(45);

    private static readonly (string Name, string? Value)[] Settings =
    [
        ("Kafka__SessionTimeoutMs", $"{SessionTimeout.TotalMilliseconds}"),
        ("Orders__HoldDuration", "00:10:00"),
        ("Payments__EffectLease", "00:00:10"),
        ("Payments__AnswerWithin", "00:01:00"),
        ("Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics", "Information"),
    ];

    [Fact]
    public async Task Whoever_waits_is_answered_and_the_other_instances_have_all_partitions_soon()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var kafka = await RealKafka.StartAsync();
        await using var postgres = await PostgresServer.StartAsync("fsync=off", "max_connections=200");
        var environment = new RunEnvironment(kafka.BootstrapServers, postgres.ConnectionString, 1);
        await StopFirstAsync(environment);
        Directory.Delete(environment.Directory, recursive: true);
    }

    private async Task StopFirstAsync(RunEnvironment environment)
    {
        await using var first = new Instances(environment, 1, "Accounts", "Tickets", "Orders", "Payments", "Expiration", "Notifications");
        await using var stripe = new StripeProcess(environment, first["Payments"]);
        await stripe.StartAsync();
        await stripe.Account.SetFaultAsync("delay", "00:00:20");
        await using var second = new Instances(environment, 2, "Tickets", "Orders", "Payments", "Expiration", "Notifications");
        await first.StartAsync(Settings);
        await second.StartAsync(Settings);
        await first.BecomeAsync("healthy");
        await second.BecomeAsync("healthy");
        using var groups = new GroupMembers(environment.Kafka);
        await groups.ShareEverythingAsync(members: 2);
        using var buyer = new Buyer();
        await buyer.SignUpAsync(first["Accounts"]);
        var orders = new List<string>();
        for (var i = 0; i <= Paying; i++)
            orders.Add(await buyer.ReserveAsync(first["Tickets"], first["Orders"]));
        await NothingInFlight.WaitAsync(environment.Kafka, WholeShop.Groups, () => new(true));

        var waiting = Enumerable.Range(0, Waiting)
            .Select(i => buyer.StatusAsync(HttpMethod.Get, first["Orders"], $"/api/orders/{orders[i % orders.Count]}?wait=60")).ToArray();
        var paying = orders.Take(Paying).Select(orderId => buyer.StatusAsync(
            HttpMethod.Post, first["Payments"], "/api/payments", new { orderId, paymentMethod = "pm_card_visa" })).ToArray();
        var log = Path.Combine(environment.Directory, "orders-1.log");
        await Eventually.IsAsync(
            async () => CountRequests(log, orders[^1]) > 1 && orders.Sum(order => CountRequests(log, order)) == orders.Count + Waiting
                && (await stripe.Account.ReadAsync()).Intents.Count == Paying,
            () => $"not all calls are open. Logs: {environment.Directory}");
        Assert.DoesNotContain([.. waiting, .. paying], call => call.IsCompleted);
        var stopped = Stopwatch.GetTimestamp();
        var takeover = TakeOverAsync(groups, stopped);
        await Task.WhenAll(first.All.Select(instance => instance.SignalAsync("TERM")));
        var ended = await Task.WhenAll(first.All.Select(async instance =>
            (instance.Name, HasEnded: await instance.ExitsAsync(Limit), After: Stopwatch.GetElapsedTime(stopped).TotalSeconds)));

        output.WriteLine(string.Join(", ", ended.Select(one => $"{one.Name} ended after {one.After:0.0} s")));
        Assert.All(ended, one => Assert.True(one.HasEnded, $"{one.Name} still runs {Limit} after SIGTERM. Logs: {environment.Directory}"));
        Assert.All(first.All, instance => Assert.Equal(" ended with 0", instance.Ended));
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal((HttpStatusCode.OK, "pending_payment"), answer));
        Assert.All(await Task.WhenAll(paying), answer => Assert.Equal((HttpStatusCode.Created, "processing"), answer));
        var time = await takeover;
        output.WriteLine($"the other instances had all partitions after {time.TotalSeconds:0.0} s");
        Assert.True(time < SessionTimeout / 2, $"The partitions were nobody's for {time}.");

        await stripe.Account.SetFaultAsync("delay", "00:00:00");
        // What was in hand at the gateway is done by the other instance, and is the same charge.
        foreach (var order in orders.Take(Paying))
            await Eventually.IsAsync(
                async () => await buyer.StatusAsync(HttpMethod.Get, second["Payments"], $"/api/payments/{order}") == (HttpStatusCode.OK, "succeeded"),
                () => $"the payment of {order} is not done. Logs: {environment.Directory}");
        Assert.Equal(Paying, (await stripe.Account.ReadAsync()).Intents.Count(intent => intent.Captured > 0));
    }

    private static async Task<TimeSpan> TakeOverAsync(GroupMembers groups, long since)
    {
        await groups.ShareEverythingAsync(members: 1);
        return Stopwatch.GetElapsedTime(since);
    }

    /// <summary>How many calls that wait for an order have come in.</summary>
    private static int CountRequests(string log, string order)
    {
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n')
            .Count(line => line.Contains("Request starting", StringComparison.Ordinal) && line.Contains($"{order}?wait", StringComparison.Ordinal));
    }
}
