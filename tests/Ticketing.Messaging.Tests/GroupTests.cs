using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Documents.Memory;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests;

/// <summary>Instances that share a group, and slow ones that stay in it.</summary>
public abstract class GroupTests(Brokers brokers)
{
    /// <summary>What makes a member that does not poll for long an absent one, as soon as the broker allows.</summary>
    protected virtual IReadOnlyList<(string, string)> ShortAbsence { get; } = [("Kafka:SessionTimeoutMs", "6000"), ("Kafka:MaxPollIntervalMs", "6000")];

    /// <summary>How the group is coordinated.</summary>
    protected virtual IReadOnlyList<(string, string)> Protocol { get; } = [];

    [Fact]
    public async Task A_slow_handler_holds_the_partitions_back_and_stays_in_the_group()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (ids, calls) = (scenario.Ids(10), 0);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 100));

        // The backlog takes longer than a member may be away, and a batch of it more than the buffer waits.
        var service = await scenario.StartAsync(
            (ledger, e) =>
            {
                Interlocked.Increment(ref calls);
                Thread.Sleep(7);
                return Ledger.Take(ledger, e);
            },
            [.. Protocol, .. ShortAbsence, ("Messaging:MaxBatchSize", "50")]);
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, 100);
        Assert.Equal(1000, calls);
        Assert.Equal(0, service.Logs.Count("revoked") + service.Logs.Count("lost"));
        scenario.AssertUneventful();
    }

    [Fact]
    public async Task A_second_instance_joins_and_leaves_under_load()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (ids, sent, stop) = (scenario.Ids(60), 0, false);
        var handled = new ConcurrentDictionary<int, int>();
        var first = await StartAsync(1);
        var load = Task.Run(async () =>
        {
            for (; !Volatile.Read(ref stop); sent += 10)
            {
                await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 10, from: sent + 1));
                // Not further ahead than a few batches: the embedded broker keeps little.
                await Eventually.IsAsync(() => Volatile.Read(ref stop) || handled.Values.Sum() > (sent - 50) * ids.Length, () => "no progress");
            }
        });
        await Eventually.IsAsync(() => handled.GetValueOrDefault(1) > 500, () => "the first instance handles nothing");

        for (var visitor = 2; visitor <= 3; visitor++)
        {
            var second = await StartAsync(visitor);
            await Eventually.IsAsync(() => handled.GetValueOrDefault(visitor) > 500, () => $"instance {visitor} handles nothing: {first.Logs.Last}, {second.Logs.Last}");
            await second.StopAsync();
            var before = handled.GetValueOrDefault(1);
            await Eventually.IsAsync(() => handled.GetValueOrDefault(1) > before + 500, () => "the first instance handles nothing more");
        }
        Volatile.Write(ref stop, true);
        await load;
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, sent);
        var told = scenario.ReadTold(scenario.Name).ToLookup(record => record.Key!, record => record.Version);
        Assert.All(ids, id => Assert.Equal(Enumerable.Range(1, sent).Select(v => (long)v), told[id].Distinct()));
        // Some of its partitions went, and the batch in hand was finished first.
        Assert.InRange(first.Logs.Count(" revoked"), 1, 10);
        Assert.Equal(0, first.Logs.Count("is given up"));
        Assert.Empty(scenario.Wire.Read(scenario.DeadTopic));

        Task<TestService> StartAsync(int instance) => scenario.StartAsync(
            (ledger, e) =>
            {
                handled.AddOrUpdate(instance, 1, (_, n) => n + 1);
                return Ledger.TakeAndTell(ledger, e);
            },
            [.. Protocol, ("Messaging:MaxBatchSize", "100")]);
    }

    [Fact]
    public async Task A_batch_that_is_given_up_with_some_of_its_partitions_is_finished_for_the_others()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (ids, slow, handled) = (scenario.Ids(60), true, 0);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 20));
        // One batch of all partitions, which takes minutes unless it is given up: a rebalance may be long in coming, and does not wait for it.
        var first = await scenario.StartAsync(Slow, [.. Protocol, ("Messaging:DrainTimeout", "00:00:00.1"), ("Messaging:MaxBatchSize", "5000")]);
        // A second into it: what was there when it looked for the first time was a batch of its own, and may have been little.
        await Eventually.IsAsync(() => Volatile.Read(ref handled) >= 5, () => "no batch");

        await scenario.StartAsync(Slow, [.. Protocol, ("Messaging:DrainTimeout", "00:00:00.1")]);
        await Eventually.IsAsync(() => first.Logs.Count("is given up") > 0, () => "no batch was given up");
        Volatile.Write(ref slow, false);
        // Later events of the same partitions, so that a commit behind what was given up would show.
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 5, from: 21));
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, 25);

        Decision<Ledger> Slow(Ledger? ledger, Noted e)
        {
            if (Volatile.Read(ref slow))
                Thread.Sleep(200);
            Interlocked.Increment(ref handled);
            return Ledger.Take(ledger, e);
        }
    }

    [Fact]
    public async Task A_topic_that_was_made_again_is_read_from_its_beginning_although_its_reader_had_no_partition_when_it_heard_of_it()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var ids = await CommittedAsync(scenario);

        var service = await scenario.StartAsync(settings: [.. Protocol]);
        service.Get<GroupConsumer>().StartOver();

        await TakenAsync(scenario, ids, service);
    }

    [Fact]
    public async Task A_topic_that_was_made_again_is_read_from_its_beginning_although_another_instance_that_has_not_heard_of_it_had_a_part()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var ids = await CommittedAsync(scenario);
        TestService[] services = [await scenario.StartAsync(settings: [.. Protocol]), await scenario.StartAsync(settings: [.. Protocol])];
        await Eventually.IsAsync(
            () => Array.TrueForAll(services, service => service.Logs.Count("assigned partitions") > service.Logs.Count("assigned partitions \n")), () => services[1].Logs.Last);

        services[0].Get<GroupConsumer>().StartOver();
        await Eventually.IsAsync(async () => (await scenario.Ledgers.LoadManyAsync(ids)).Count > 0, () => services[0].Logs.Last);
        await services[1].StopAsync();

        await TakenAsync(scenario, ids, services[0]);
    }

    /// <summary>The group has committed all of a log, and its documents know nothing of it: as if it were another log that has grown as far.</summary>
    private async Task<string[]> CommittedAsync(Scenario scenario)
    {
        var ids = scenario.Ids(60);
        var service = await scenario.StartAsync(settings: [.. Protocol]);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 5));
        await scenario.IdleAsync();
        await service.StopAsync();
        scenario.Database = new MemoryDatabase();
        return ids;
    }

    private static async Task TakenAsync(Scenario scenario, string[] ids, TestService service)
    {
        await Eventually.IsAsync(
            async () => (await scenario.Ledgers.LoadManyAsync(ids)).Values.Count(ledger => ledger.State.Last == 5) == ids.Length, () => service.Logs.Last);
        await scenario.AssertTakenAsync(ids, 5);
    }
}

[Collection(On.EmbeddedBroker)]
public sealed class GroupOnEmbeddedBroker(EmbeddedBrokers brokers) : GroupTests(brokers);

[Collection(On.RealKafkaToo)]
public sealed class GroupOnRealKafka(RealBroker broker) : GroupTests(broker)
{
    private readonly RealBroker _broker = broker;

    [Fact]
    public async Task A_member_whose_static_id_another_one_takes_says_so_and_goes_on_without_it()
    {
        await using var scenario = await Scenario.OpenAsync(_broker);
        var ids = scenario.Ids(60);
        (string, string)[] settings = [("Kafka:GroupInstanceId", "the-same"), ("Kafka:SessionTimeoutMs", "6000"), ("Messaging:MaxBatchSize", "10")];
        var first = await scenario.StartAsync(Ledger.TakeAndTell, settings);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 20));
        await scenario.IdleAsync();

        var second = await scenario.StartAsync(Ledger.TakeAndTell, settings);
        await Eventually.IsAsync(() => first.Logs.Count("replaced after a fatal error: FencedInstanceId") > 0, () => first.Logs.Last);
        Assert.Equal(HealthStatus.Degraded, await HealthAsync());
        await Eventually.IsAsync(async () => await HealthAsync() == HealthStatus.Healthy, () => first.Logs.Last);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 20, from: 21));
        await scenario.IdleAsync();
        // Both work, and leave each other in peace.
        await Eventually.IsAsync(() => first.Logs.Count("assigned") > 1 && second.Logs.Count("assigned") > 0, () => first.Logs.Last);
        await second.StopAsync();
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 20, from: 41));

        // A static member that stops is expected back until its session times out.
        await scenario.IdleAsync();
        await scenario.AssertTakenAsync(ids, 60);
        Assert.Equal((1, 0), (first.Logs.Count("replaced"), second.Logs.Count("replaced")));

        async Task<HealthStatus> HealthAsync() => (await first.Get<HealthCheckService>().CheckHealthAsync()).Entries["kafka"].Status;
    }
}

/// <summary>The same with Kafka 4's protocol, in which the broker assigns the partitions (KIP-848).</summary>
[Collection(On.RealKafkaToo)]
public sealed class GroupOnConsumerProtocol(RealBroker broker) : GroupTests(broker)
{
    protected override IReadOnlyList<(string, string)> ShortAbsence { get; } = [("Kafka:MaxPollIntervalMs", "6000")];

    protected override IReadOnlyList<(string, string)> Protocol { get; } = [("Kafka:GroupProtocol", "Consumer")];
}
