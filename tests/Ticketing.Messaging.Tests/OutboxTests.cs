using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Confluent.Kafka;
using Ticketing.Documents;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests;

/// <summary>What is decided is published: all of it, in order, once if nothing fails.</summary>
public abstract class OutboxTests(Brokers brokers)
{
    [Fact]
    public async Task Every_event_is_published_once_and_in_order_while_commands_and_a_group_race_for_the_documents()
    {
        const int Events = 200, Commands = 100, Writers = 3;
        await using var scenario = await Scenario.OpenAsync(brokers);
        var service = await scenario.StartAsync(Ledger.TakeAndTell);
        var ids = scenario.Ids(4);

        var commands = Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Commands; i++)
                foreach (var id in ids)
                    await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        }));
        await Task.WhenAll([scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, Events)), .. commands]);
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, Events);
        var records = scenario.ReadTold(scenario.Name);
        Assert.Equal(ids.Length * (Events + (Commands * Writers)), records.Count);
        Assert.Equal(records.Count, records.Select(record => record["ce_id"]).Distinct().Count());
        foreach (var id in ids)
        {
            var told = records.FindAll(record => record.Key == id);
            Assert.Equal(Enumerable.Range(1, Events).Select(v => (long)v), told.Select(r => r.Version).Where(v => v > 0));
            Assert.Equal(Enumerable.Range(1, Commands * Writers).Select(v => (long)-v), told.Select(r => r.Version).Where(v => v < 0));
            Assert.Equal(told.Select(Place).Order(), told.Select(Place));
            Assert.Equal(Commands * Writers, (await scenario.LedgerAsync(id))!.Commands);
        }
        Assert.Equal(0, service.InFlight.Outbox);
        scenario.AssertUneventful();
    }

    [Fact]
    public async Task A_record_says_what_it_is_where_it_comes_from_and_keeps_its_key()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (service, id) = (await scenario.StartAsync(), scenario.Ids(1, "ü")[0]);
        var before = DateTimeOffset.UtcNow;

        await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await scenario.IdleAsync();

        var record = Assert.Single(scenario.ReadTold(id));
        Assert.Equal(Wire.Bytes(Ledger.Told(id, -1)), record.Value);
        Assert.Equal(
            ("1.0", $"ledgers/{id}/1.0", "/testing", Told.TypeName),
            (record["ce_specversion"], record["ce_id"], record["ce_source"], record["ce_type"]));
        Assert.InRange(DateTimeOffset.Parse(record["ce_time"]!, System.Globalization.CultureInfo.InvariantCulture), before, DateTimeOffset.UtcNow);
        // Nobody asked for it in a trace, so one begins here.
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$", record["traceparent"]);
    }

    [Fact]
    public async Task What_a_crash_left_unpublished_is_published_on_start_with_its_old_id()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        // More than one page of the sweep.
        var ids = scenario.Ids(1200);
        await scenario.Ledgers.WriteManyAsync(
            [.. ids.Select(id => new Document<Ledger>(id, 1, new(0, 0, 0, []), [Unpublished(id, 1, 0), Unpublished(id, 1, 1)]))]);

        await scenario.StartAsync();
        await Eventually.IsAsync(scenario.OutboxesAreEmptyAsync, () => "events are left in their documents");

        var records = scenario.ReadTold(scenario.Name).ToLookup(record => record.Key!, record => record["ce_id"]);
        Assert.All(ids, id => Assert.Equal([$"ledgers/{id}/1.0", $"ledgers/{id}/1.1"], records[id]));
    }

    [Fact]
    public async Task An_event_that_cannot_be_sent_stalls_its_own_key_only()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var service = await scenario.StartAsync(Ledger.TakeAndTell, ("Kafka:MessageMaxBytes", "3000"), ("Messaging:MaxBackoff", "00:00:00.020"), NoDrain);
        var (stalled, others) = (scenario.Ids(1, "stalled")[0], scenario.Ids(20));

        // In one write, with more before it and behind it, and then more writes.
        await service.Ledgers.ExecuteAsync(stalled, ledger => new(
            Ledger.Command(stalled, ledger).State, Ledger.Told(stalled, 1), Ledger.Told(stalled, 2), TooLarge(stalled, 5000), Ledger.Told(stalled, 4)));
        await service.Ledgers.ExecuteAsync(stalled, ledger => Ledger.Command(stalled, ledger));
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events([.. others, stalled], 10));
        await Eventually.IsAsync(() => service.Logs.Count($"{stalled} failed 10 times") > 0, () => "it was not tried ten times");
        await scenario.IdleAsync(() => new(service.InFlight.Outbox == 1));

        await scenario.AssertTakenAsync([.. others, stalled], 10);
        var records = scenario.ReadTold(scenario.Name).ToLookup(record => record.Key!, record => record.Version);
        Assert.All(others, id => Assert.Equal(Enumerable.Range(1, 10).Select(v => (long)v), records[id]));
        // What was delivered before it may be repeated once, not with every try.
        Assert.Equal([1, 2], records[stalled].Distinct());
        Assert.InRange(records[stalled].Count(), 2, 4);
        // A revision leaves its document as a whole.
        Assert.Equal(15, (await scenario.Ledgers.LoadAsync(stalled))!.Outbox.Length);
    }

    [Fact]
    public async Task What_was_stalled_goes_on_in_order_when_it_can_be_sent()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var id = scenario.Ids(1)[0];
        var small = await scenario.StartAsync(settings: [("Kafka:MessageMaxBytes", "3000"), NoDrain]);
        await small.Ledgers.ExecuteAsync(id, ledger => new(
            Ledger.Command(id, ledger).State, Ledger.Told(id, 1), TooLarge(id, 5000), Ledger.Told(id, 3)));
        await small.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await Eventually.IsAsync(() => small.Logs.Count($"{id} failed 3 times") > 0, () => "it was not tried three times");
        await small.StopAsync();

        await scenario.StartAsync();
        await Eventually.IsAsync(async () => (await scenario.Ledgers.FindUnpublishedAsync(1)).Count == 0, () => "events are left");

        var records = scenario.ReadTold(id);
        Assert.Equal([1, 5000, 3, -2], records.Select(record => record.Version).Distinct());
    }

    [Fact]
    public async Task Several_types_of_documents_publish_side_by_side()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var other = new DocumentType<Ticketing.Testing.Documents.Note>("notes", Ticketing.Testing.Documents.Note.Type.Json);
        var service = await scenario.StartAsync(service => service.Documents(Ledger.Type).Documents(other));
        var id = scenario.Ids(1)[0];

        await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        await service.Get<Repository<Ticketing.Testing.Documents.Note>>().ExecuteAsync(id, _ => new(new(), Ledger.Told(id, 7)));
        await Eventually.IsAsync(() => service.InFlight.Outbox == 0, () => "documents wait");

        Assert.Equal(
            [$"ledgers/{id}/1.0", $"notes/{id}/1.0"], scenario.ReadTold(id).Select(record => record["ce_id"]).Order());
    }

    /// <summary>A stop does not wait for what stays unpublished.</summary>
    protected static (string Name, string Value) NoDrain => ("Messaging:DrainTimeout", "00:00:00.1");

    /// <summary>An event whose JSON is longer than so many bytes.</summary>
    protected static Told TooLarge(string id, int bytes) => new(id, bytes, new('x', bytes));

    private static (long Revision, int Number) Place(WireRecord record)
    {
        var place = record["ce_id"]!.Split('/')[^1].Split('.');
        return (long.Parse(place[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(place[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static OutboxEvent Unpublished(string id, long revision, int number) => new(
        revision, $"ledgers/{id}/{revision}.{number}", Told.TopicName, id, Told.TypeName,
        Wire.Bytes(Ledger.Told(id, revision)), DateTimeOffset.UtcNow);
}

[Collection(On.EmbeddedBroker)]
public sealed class OutboxOnEmbeddedBroker(EmbeddedBrokers brokers) : OutboxTests(brokers);

// On a Kafka of its own, because it kills it.
public sealed class OutboxOnRealKafka(RealBroker broker) : OutboxTests(broker), IClassFixture<RealBroker>
{
    // For what must not wait for the broker, which is back only afterwards: so any time will do.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_event_that_the_broker_refuses_is_not_overtaken()
    {
        // The broker takes less than the client: it finds out only when the record is on its way.
        var small = new TestTopic("small", Config: new() { ["max.message.bytes"] = "20000" });
        await using var scenario = await Scenario.OpenAsync(broker, small);
        var (stalled, other) = (scenario.Ids(1, "stalled")[0], scenario.Ids(1, "other")[0]);
        await scenario.Ledgers.WriteManyAsync(
            [
                new(stalled, 1, new(0, 0, 0, []), [.. Enumerable.Range(1, 5).Select(n => Record(stalled, n, n == 3 ? 30_000 : 10))]),
                new(other, 1, new(0, 0, 0, []), [.. Enumerable.Range(1, 5).Select(n => Record(other, n, 10))]),
            ]);

        var service = await scenario.StartAsync(settings: [("Messaging:MaxBackoff", "00:00:00.020"), NoDrain]);
        await Eventually.IsAsync(() => service.Logs.Count($"{stalled} failed 5 times") > 0, () => "it was not tried five times");
        await Eventually.IsAsync(() => service.InFlight.Outbox == 1, () => $"{service.InFlight.Outbox} documents wait");

        Assert.Equal([1, 2, 3, 4, 5], scenario.Wire.Read(scenario.OnCluster(small.Name), other).Select(record => record.Version));
        var sent = scenario.Wire.Read(scenario.OnCluster(small.Name), stalled).ConvertAll(record => record.Version);
        Assert.Equal([1, 2], sent.Distinct());
        Assert.InRange(sent.Count, 2, 4);

        OutboxEvent Record(string id, int number, int bytes) => new(
            1, $"ledgers/{id}/1.{number}", small.Name, id, Told.TypeName, Wire.Bytes(TooLarge(id, bytes) with { Version = number }),
            DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("Kafka:QueueBufferingMaxMessages", "1000")]
    [InlineData("Kafka:QueueBufferingMaxKbytes", "10")]
    public async Task While_the_producer_holds_all_that_it_can_commands_do_not_wait_and_what_waits_costs_nothing(string setting, string value)
    {
        const int Orders = 5000;
        await using var scenario = await Scenario.OpenAsync(broker);
        var database = new FaultyDatabase(scenario.Database);
        scenario.Database = database;
        var service = await scenario.StartAsync(service => service.Documents(Ledger.Type), (setting, value));
        var (ids, thrown) = (scenario.Ids(Orders), 0);
        var kafka = await broker.Kafka;
        await kafka.KillAsync(1);
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            foreach (var id in ids)
                await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger)).AsTask().WaitAsync(Patience);
            Assert.Equal(Orders, service.InFlight.Outbox);
            // Only sweeps ask it now.
            database.IsDown = true;
            var (before, started) = (database.Refused, Stopwatch.GetTimestamp());
            await kafka.RestartAsync(1);
            var (sweeps, seconds) = (database.Refused - before, Stopwatch.GetElapsedTime(started).TotalSeconds);
            Assert.True(sweeps <= 1 + (seconds / 5), $"{sweeps} sweeps in {seconds} s");
            Assert.Equal(0, thrown);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
            database.IsDown = false;
        }
        await scenario.IdleAsync();

        Assert.Equal(ids.Order(), scenario.ReadTold(scenario.Name).Select(record => record.Key!).Distinct().Order());

        void Count(object? sender, FirstChanceExceptionEventArgs e)
        {
            if (e.Exception is KafkaException { Error.Code: ErrorCode.Local_QueueFull })
                Interlocked.Increment(ref thrown);
        }
    }

    [Fact]
    public async Task While_the_broker_is_away_commands_succeed_and_a_service_can_stop_and_the_events_follow()
    {
        await using var scenario = await Scenario.OpenAsync(broker);
        var (service, stopping) = (await scenario.StartAsync(Ledger.TakeAndTell), await scenario.StartAsync(service => service.Documents(Ledger.Type)));
        var (ids, left) = (scenario.Ids(50), scenario.Ids(1, "left")[0]);
        await RunAsync(5);
        await scenario.IdleAsync();

        var kafka = await broker.Kafka;
        await kafka.KillAsync(1);
        try
        {
            await RunAsync(20).WaitAsync(Patience);
            Assert.Equal(ids.Length, service.InFlight.Outbox);
            await stopping.Ledgers.ExecuteAsync(left, ledger => Ledger.Command(left, ledger));
            await stopping.StopAsync().WaitAsync(Patience);
            Assert.Single((await scenario.Ledgers.LoadAsync(left))!.Outbox);
        }
        finally
        {
            await kafka.RestartAsync(1);
        }
        await RunAsync(5);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 10));
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, 10);
        var records = scenario.ReadTold(scenario.Name).ToLookup(record => record.Key!, record => record.Version);
        Assert.All(ids, id => Assert.Equal(Enumerable.Range(1, 30).Select(v => (long)-v), records[id].Where(v => v < 0).Distinct()));
        // What the one could not publish, the other did.
        Assert.Equal([-1], records[left].Distinct());

        async Task RunAsync(int times)
        {
            for (var i = 0; i < times; i++)
                foreach (var id in ids)
                    await service.Ledgers.ExecuteAsync(id, ledger => Ledger.Command(id, ledger));
        }
    }
}
