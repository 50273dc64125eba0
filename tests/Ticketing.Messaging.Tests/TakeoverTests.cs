using System.Collections.Concurrent;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests;

/// <summary>A backlog, two instances, and then one.</summary>
[Collection(On.RealKafka)]
public sealed class TakeoverTests(RealBroker broker)
{
    // Much longer than a member takes that leaves: the partitions of one that only ends would be its own for so long.
    private static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task Two_instances_split_a_backlog_of_20000_events_and_one_takes_over_when_the_other_stops()
    {
        await using var scenario = await Scenario.OpenAsync(broker);
        using var hasStopped = new ManualResetEventSlim();
        var (ids, calls, isStopping) = (scenario.Ids(400), 0, false);
        var handledBy = new ConcurrentDictionary<string, (int Instance, long Version)>();
        // In small portions, so that a fetch has some of each partition and not all of one.
        for (var sent = 0; sent < 50; sent += 2)
            await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 2, from: sent + 1));

        await StartAsync(1);
        var second = await StartAsync(2);
        await Eventually.IsAsync(() => handledBy.Values.DistinctBy(by => by.Instance).Count() == 2 && Volatile.Read(ref calls) > 4000, () => "they do not share the work");
        Volatile.Write(ref isStopping, true);
        await second.StopAsync();
        Assert.InRange(Volatile.Read(ref calls), 4000, 19_000);
        hasStopped.Set();
        // The keys of all partitions that it had and did not finish.
        var left = handledBy.Where(pair => pair.Value.Instance == 2 && pair.Value.Version < 50).Select(pair => pair.Key).ToList();
        Assert.NotEmpty(left);

        await Eventually.IsAsync(() => left.TrueForAll(id => handledBy[id].Instance == 1), () => "some of its partitions are nobody's", SessionTimeout);
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, 50);
        Assert.Equal(20_000, calls);
        scenario.AssertUneventful();

        Task<TestService> StartAsync(int instance) => scenario.StartAsync(
            (ledger, e) =>
            {
                if (Interlocked.Increment(ref calls) % 2 == 0)
                    Thread.Sleep(1);
                // However long the second takes to stop, much is left to do.
                if (Volatile.Read(ref isStopping) && instance == 1 && Volatile.Read(ref calls) > 15_000)
                    hasStopped.Wait();
                handledBy[e.Id] = (instance, e.Version);
                return Ledger.Take(ledger, e);
            },
            ("Kafka:SessionTimeoutMs", $"{SessionTimeout.TotalMilliseconds}"), ("Kafka:MaxPartitionFetchBytes", "20000"),
            ("Messaging:MaxBatchSize", "100"));
    }
}
