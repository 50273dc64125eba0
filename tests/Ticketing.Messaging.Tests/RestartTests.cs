using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests;

/// <summary>Instances that stop, crash and start again, and stores that are away.</summary>
public abstract class RestartTests(Brokers brokers)
{
    [Fact]
    public async Task A_graceful_stop_under_load_leaves_nothing_to_be_handled_twice()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var ids = scenario.Ids(40);
        var calls = new ConcurrentDictionary<(string Id, long Version), int>();
        for (var restart = 0; restart < 3; restart++)
        {
            await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 80, from: (restart * 80) + 1));
            var seen = calls.Count;
            var service = await StartAsync();
            await Eventually.IsAsync(() => calls.Count > seen + 50, () => $"{calls.Count} calls");
            await service.StopAsync();
        }
        await StartAsync();
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, 240);
        Assert.Equal(ids.Length * 240, calls.Count);
        Assert.DoesNotContain(calls.Values, count => count > 1);
        scenario.AssertUneventful();

        Task<TestService> StartAsync() => scenario.StartAsync(
            (ledger, e) =>
            {
                calls.AddOrUpdate((e.Id, e.Version), 1, (_, n) => n + 1);
                return Ledger.Take(ledger, e);
            },
            ("Messaging:MaxBatchSize", "50"));
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_a_batch_loses_nothing()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var ids = scenario.Ids(40);
        for (var restart = 0; restart < 3; restart++)
        {
            await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 80, from: (restart * 80) + 1));
            var calls = 0;
            var service = await scenario.StartAsync(
                (ledger, e) =>
                {
                    // Long enough a batch to be in its middle.
                    if (Interlocked.Increment(ref calls) % 20 == 0)
                        Thread.Sleep(1);
                    return Ledger.TakeAndTell(ledger, e);
                },
                ("Messaging:DrainTimeout", "00:00:00.2"));
            await Eventually.IsAsync(() => Volatile.Read(ref calls) > 100, () => $"{calls} calls");
            await service.StopAtOnceAsync();
        }
        await scenario.StartAsync(Ledger.TakeAndTell);
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, 240);
        var told = scenario.ReadTold(scenario.Name).ToLookup(record => record.Key!, record => record.Version);
        Assert.All(ids, id => Assert.Equal(Enumerable.Range(1, 240).Select(v => (long)v), told[id].Distinct()));
        Assert.Empty(scenario.Wire.Read(scenario.DeadTopic));
    }

    [Fact]
    public async Task A_stop_that_may_not_wait_gives_up_a_stuck_handler_and_leaves_its_events()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (id, stuck, entered) = (scenario.Ids(1)[0], new ManualResetEventSlim(), new TaskCompletionSource());
        var service = await scenario.StartAsync(
            (ledger, e) =>
            {
                entered.TrySetResult();
                stuck.Wait();
                return Ledger.Take(ledger, e);
            },
            ("Messaging:DrainTimeout", "00:00:00.2"));
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events([id], 3));
        await entered.Task;
        await service.StopAtOnceAsync();
        await service.DisposeAsync();
        stuck.Set();

        await scenario.StartAsync();
        await scenario.IdleAsync();
        await scenario.AssertTakenAsync([id], 3);
    }

    [Fact]
    public async Task What_an_instance_could_not_store_is_not_committed_and_left_to_the_next()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (store, away) = (scenario.Database, new FaultyDatabase(scenario.Database) { IsDown = true });
        var ids = scenario.Ids(10);
        scenario.Database = away;
        var service = await scenario.StartAsync(settings: [("Messaging:DrainTimeout", "00:00:00.2"), ("Messaging:MaxBackoff", "00:00:00.050")]);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 5));
        // Longer than commits take.
        await Eventually.IsAsync(() => away.Refused > 20, () => $"{away.Refused} calls refused");
        await service.StopAsync();

        scenario.Database = store;
        await scenario.StartAsync();
        await scenario.IdleAsync();
        await scenario.AssertTakenAsync(ids, 5);
    }

    [Fact]
    public async Task Events_wait_while_the_store_is_away()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var faults = new FaultyDatabase(scenario.Database);
        scenario.Database = faults;
        var service = await scenario.StartAsync(Ledger.TakeAndTell, ("Messaging:MaxBackoff", "00:00:00.050"));
        var ids = scenario.Ids(10);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 10));
        await scenario.IdleAsync();

        faults.IsDown = true;
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 10, from: 11));
        await Eventually.IsAsync(() => faults.Refused > 20, () => $"{faults.Refused} calls refused");
        await Assert.ThrowsAsync<Documents.StoreUnavailableException>(
            async () => await service.Ledgers.ExecuteAsync(ids[0], ledger => Ledger.Command(ids[0], ledger)));
        faults.IsDown = false;
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, 20);
        Assert.Empty(scenario.Wire.Read(scenario.DeadTopic));
        var told = scenario.ReadTold(scenario.Name).ToLookup(record => record.Key!, record => record.Version);
        Assert.All(ids, id => Assert.Equal(Enumerable.Range(1, 20).Select(v => (long)v), told[id]));
        Assert.Empty(service.Logs.Of(LogLevel.Error));
    }

    [Fact]
    public async Task A_service_that_starts_before_its_store_catches_up()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var faults = new FaultyDatabase(scenario.Database) { IsDown = true };
        scenario.Database = faults;
        await scenario.StartAsync(Ledger.TakeAndTell, ("Messaging:MaxBackoff", "00:00:00.050"));
        var id = scenario.Ids(1)[0];
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events([id], 5));
        await Eventually.IsAsync(() => faults.Refused > 5, () => $"{faults.Refused} calls refused");
        faults.IsDown = false;
        await scenario.IdleAsync();
        await scenario.AssertTakenAsync([id], 5);
    }

    [Fact]
    public async Task A_conflict_is_decided_again_on_the_newer_document()
    {
        const int Events = 300, Commands = 200;
        await using var scenario = await Scenario.OpenAsync(brokers);
        var writes = 0;
        // Every third write finds that another instance was faster.
        scenario.Database = new FaultyDatabase(scenario.Database) { Interferes = _ => Interlocked.Increment(ref writes) % 3 == 0 };
        var service = await scenario.StartAsync(Ledger.TakeAndTell, ("Messaging:MaxBatchSize", "10"));
        var ids = scenario.Ids(3);

        var commands = Task.WhenAll(ids.Select(id => Task.Run(async () =>
        {
            for (var i = 0; i < Commands; i++)
                await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        })));
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, Events));
        await commands;
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, Events);
        Assert.All(ids, id => Assert.Equal(Commands, scenario.LedgerAsync(id).Result!.Commands));
        var told = scenario.ReadTold(scenario.Name);
        Assert.Equal(ids.Length * (Events + Commands), told.Count);
        Assert.Equal(told.Count, told.Select(record => record["ce_id"]).Distinct().Count());
    }
}

[Collection(On.EmbeddedBroker)]
public sealed class RestartOnEmbeddedBroker(EmbeddedBrokers brokers) : RestartTests(brokers);

[Collection(On.RealKafka)]
public sealed class RestartOnRealKafka(RealBroker broker) : RestartTests(broker);
