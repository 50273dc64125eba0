using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Messaging.Tests.Telemetry;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests;

/// <summary>Events that cannot be read, handlers that throw, dead letters.</summary>
public abstract class FailureTests(Brokers brokers)
{
    private static readonly string?[] Unreadable =
    [
        "not JSON",
        "",
        null,
        "[]",
        """{"id":"x","version":1}""",
        """{"type":7}""",
        """{"type":"test.noted","id":"x"}""",
        """{"type":"test.noted","id":"x","version":"one"}""",
        """{"type":"test.noted","version":1}""",
        """{"type":"test.noted","id":null,"version":1}""",
        """{"type":"test.noted","id":"x","version":1""",
        """{"type":"test.noted","id":"","version":1}""",
        $$"""{"type":"test.noted","id":"{{new string('x', 4000)}}","version":1}""",
    ];

    [Fact]
    public async Task What_cannot_be_read_is_a_dead_letter_at_once_and_the_rest_goes_on()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (service, id) = (await scenario.StartAsync(), scenario.Ids(1)[0]);
        var values = Array.ConvertAll(Unreadable, text => text is null ? null : Encoding.UTF8.GetBytes(text));

        await scenario.Wire.SendAsync(scenario.Topic, (id, Wire.Event(id, 1)));
        var headers = new Headers { { "traceparent", "tp"u8.ToArray() }, { "odd", null }, { "odd", "second"u8.ToArray() } };
        var sent = await Task.WhenAll(values.Select(value => scenario.Wire.SendAsync(scenario.Topic, id, value, headers)));
        await scenario.Wire.SendAsync(scenario.Topic, (id, Wire.Event(id, 2)));
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync([id], 2);
        var dead = scenario.Wire.Read(scenario.DeadTopic);
        Assert.Equal(values, dead.Select(letter => letter.Value));
        Assert.Equal(
            sent.Select(s => (Invariant(s.Partition.Value), Invariant(s.Offset.Value))),
            dead.Select(letter => (letter["dead_partition"]!, letter["dead_offset"]!)));
        Assert.All(dead, letter =>
        {
            Assert.Equal((id, "tp", "second"), (letter.Key, letter["traceparent"], letter["odd"]));
            Assert.Equal((scenario.Topic, scenario.Group, "1"), (letter["dead_topic"], letter["dead_group"], letter["dead_attempts"]));
            Assert.Matches("^[A-Za-z]+Exception: .", letter["dead_error"]);
            Assert.NotNull(letter["dead_time"]);
        });
        Assert.Equal(0, service.Logs.Count("trying again"));
    }

    [Fact]
    public async Task An_event_under_another_key_is_a_dead_letter()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (ids, odd) = (scenario.Ids(2), scenario.Name + "-Köln");
        await scenario.StartAsync();

        await scenario.Wire.SendAsync(scenario.Topic, (ids[0], Wire.Event(ids[0], 1)), (ids[1], Wire.Event(ids[0], 2)), (odd, Wire.Event(odd, 1)));
        await scenario.Wire.SendAsync(scenario.Topic, null, Wire.Event(ids[0], 3), null);
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync([ids[0], odd], 1);
        var dead = scenario.Wire.Read(scenario.DeadTopic);
        Assert.Equal([(ids[1], 2), (null, 3)], dead.Select(letter => (letter.Key, letter.Version)).OrderBy(letter => letter.Version));
        Assert.All(dead, letter => Assert.Equal($"FormatException: The record's key must be '{ids[0]}', as its event says.", letter["dead_error"]));
    }

    [Fact]
    public async Task An_event_that_is_refused_is_a_dead_letter_at_once_and_a_warning_is_logged()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var calls = 0;
        var service = await scenario.StartAsync((ledger, e) =>
        {
            Interlocked.Increment(ref calls);
            return e.Version switch
            {
                2 => Decision<Ledger>.Refuse(RefusalKind.Conflict, "Not the order's amount."),
                4 => Ledger.Note(ledger, e) with { Warning = "A version is missing." },
                _ => Ledger.Note(ledger, e),
            };
        });
        var ids = scenario.Ids(3);

        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 4));
        await scenario.IdleAsync();

        foreach (var id in ids)
            Assert.Equal([1, 3, 4], (await scenario.LedgerAsync(id))!.Calls);
        var dead = scenario.Wire.Read(scenario.DeadTopic);
        Assert.Equal(ids.Select(id => (id, 2L)), dead.Select(letter => (letter.Key!, letter.Version)).Order());
        Assert.All(dead, letter => Assert.Equal(("1", "EventRefusedException: Not the order's amount."), (letter["dead_attempts"], letter["dead_error"])));
        Assert.All(ids, id => Assert.Equal(1, service.Logs.Count($"test.noted {id}: A version is missing.")));
    }

    [Fact]
    public async Task A_handler_that_fails_twice_and_then_works_loses_nothing()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var failures = new ConcurrentDictionary<string, int>();
        await scenario.StartAsync((ledger, e) =>
            e.Version == 3 && failures.AddOrUpdate(e.Id, 1, (_, n) => n + 1) <= 2
                ? throw new InvalidOperationException("not yet")
                : Ledger.TakeAndTell(ledger, e));
        var ids = scenario.Ids(5);

        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 6));
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, 6);
        Assert.All(ids, id => Assert.Equal(3, failures[id]));
        Assert.Empty(scenario.Wire.Read(scenario.DeadTopic));
        Assert.Equal(30, scenario.ReadTold(scenario.Name).Count);
    }

    [Fact]
    public async Task A_handler_that_always_fails_costs_the_one_event_only()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var tries = 0;
        await scenario.StartAsync(
            (ledger, e) =>
            {
                if (!e.Id.EndsWith("bad0", StringComparison.Ordinal) || e.Version != 2)
                    return Ledger.Note(ledger, e);
                Interlocked.Increment(ref tries);
                throw new InvalidOperationException("never");
            },
            ("Messaging:MaxAttempts", "4"));
        var (good, bad) = (scenario.Ids(20), scenario.Ids(1, "bad")[0]);

        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events([.. good, bad], 5));
        await scenario.IdleAsync();

        Assert.Equal(4, tries);
        Assert.All(good, id => Assert.Equal([1, 2, 3, 4, 5], scenario.LedgerAsync(id).Result!.Calls));
        Assert.Equal([1, 3, 4, 5], (await scenario.LedgerAsync(bad))!.Calls);
        var dead = Assert.Single(scenario.Wire.Read(scenario.DeadTopic));
        Assert.Equal((bad, 2), (dead.Key, dead.Version));
        Assert.Equal(("4", "InvalidOperationException: never"), (dead["dead_attempts"], dead["dead_error"]));
    }

    [Fact]
    public async Task The_pause_after_a_failure_grows_with_the_failures_of_that_event_not_with_those_before_it()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        await scenario.StartAsync(
            (_, _) => throw new InvalidOperationException("never"), ("Messaging:MaxAttempts", "3"), ("Messaging:MaxBackoff", "00:01:00"));

        // If each failure doubled the pause, the last of these would be years away.
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(scenario.Ids(2), 20));
        await scenario.IdleAsync();

        Assert.Equal(40, scenario.Wire.Read(scenario.DeadTopic).Count);
    }

    [Fact]
    public async Task A_decision_that_cannot_be_stored_whole_is_not_stored_in_part()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        await scenario.StartAsync(
            (ledger, e) => e.Version == 2
                ? new(Ledger.Take(ledger, e).State, Ledger.Told(e.Id, 2), new Elsewhere(e.Id))
                : Ledger.TakeAndTell(ledger, e),
            ("Messaging:MaxAttempts", "2"));
        var id = scenario.Ids(1)[0];

        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events([id], 3));
        await scenario.IdleAsync();

        Assert.Equal((3, 1), ((await scenario.LedgerAsync(id))!.Last, (await scenario.LedgerAsync(id))!.Gaps));
        Assert.Equal([1, 3], scenario.ReadTold(id).Select(record => record.Version));
        Assert.Equal("2", Assert.Single(scenario.Wire.Read(scenario.DeadTopic))["dead_attempts"]);
    }

    [Fact]
    public async Task A_dead_letter_that_is_too_large_goes_without_its_payload()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        await scenario.StartAsync(settings: ("Kafka:MessageMaxBytes", "2000"));
        var id = scenario.Ids(1)[0];

        await scenario.Wire.SendAsync(scenario.Topic, (id, new byte[3000]), (id, Wire.Event(id, 1)));
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync([id], 1);
        var dead = Assert.Single(scenario.Wire.Read(scenario.DeadTopic));
        Assert.Equal((id, null), (dead.Key, dead.Value));
        Assert.Equal((scenario.Topic, "3000"), (dead["dead_topic"], dead["dead_omitted_bytes"]));
    }

    [Fact]
    public async Task What_the_store_can_never_hold_is_a_dead_letter_and_everything_else_goes_on()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        scenario.Database = new FaultyDatabase(scenario.Database) { Rejects = state => ((Ledger)state).Calls.Contains(7) };
        var ids = scenario.Ids(20);

        // All are there before the service starts, so it takes them together.
        await scenario.Wire.SendAsync(scenario.Topic, [.. Wire.Events(ids, 2), (ids[3], Wire.Event(ids[3], 7)), .. Wire.Events(ids, 2, from: 3)]);
        await scenario.StartAsync(Ledger.Note);
        await scenario.IdleAsync();

        foreach (var id in ids)
            Assert.Equal([1, 2, 3, 4], (await scenario.LedgerAsync(id))!.Calls);
        var dead = Assert.Single(scenario.Wire.Read(scenario.DeadTopic));
        Assert.Equal((ids[3], 7), (dead.Key, dead.Version));
        Assert.StartsWith("DocumentRejectedException: ", dead["dead_error"], StringComparison.Ordinal);
        Assert.Equal("5", dead["dead_attempts"]);
    }

    [Fact]
    public async Task Events_of_an_id_that_the_store_can_never_look_for_are_dead_letters_even_after_a_conflict()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var ids = scenario.Ids(5);
        await scenario.Ledgers.WriteManyAsync([new(ids[0], 1, new(1, 0, 0, []), [])]);
        var database = new FaultyDatabase(scenario.Database);
        database.Interferes = id =>
        {
            if (id != ids[0])
                return false;
            database.RejectsId = rejected => rejected == ids[0];
            database.Interferes = null;
            return true;
        };
        scenario.Database = database;

        await scenario.Wire.SendAsync(scenario.Topic, [.. Wire.Events(ids, 3, from: 2)]);
        await scenario.StartAsync();
        await scenario.IdleAsync(() => new(true));

        Assert.Equal([2, 3, 4], scenario.Wire.Read(scenario.DeadTopic).Select(letter => letter.Version));
        database.RejectsId = null;
        foreach (var id in ids[1..])
            Assert.Equal(4, (await scenario.LedgerAsync(id))!.Last);
    }

    [Fact]
    public async Task A_group_that_makes_no_progress_is_told_by_its_health_and_a_metric()
    {
        using var exported = new Exported();
        await using var scenario = await Scenario.OpenAsync(brokers);
        var database = new FaultyDatabase(scenario.Database);
        scenario.Database = database;
        var service = await scenario.StartAsync(settings: ("Messaging:StalledAfter", "00:00:00.3"));
        var id = scenario.Ids(1)[0];
        await scenario.Wire.SendAsync(scenario.Topic, (id, Wire.Event(id, 1)));
        await scenario.IdleAsync();
        await BecomesAsync(HealthStatus.Healthy, null);
        Assert.Equal(0, Age());

        database.IsDown = true;
        await scenario.Wire.SendAsync(scenario.Topic, (id, Wire.Event(id, 2)));
        await BecomesAsync(HealthStatus.Degraded, $"{scenario.Group} has worked on one batch for ");
        Assert.True(Age() > 0.3, $"{Age()}");

        database.IsDown = false;
        await scenario.IdleAsync();
        await BecomesAsync(HealthStatus.Healthy, null);
        Assert.Equal(0, Age());

        double? Age() => exported.Value("ticketing.batch.age", "messaging.consumer.group.name", scenario.Group);
        async Task BecomesAsync(HealthStatus status, string? why)
        {
            HealthReportEntry entry = default;
            await Eventually.IsAsync(
                async () => (entry = (await service.Get<HealthCheckService>().CheckHealthAsync()).Entries["kafka"]).Status == status, () => $"{entry.Status}: {entry.Description}");
            Assert.StartsWith(why ?? "", entry.Description ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_dead_letter_that_its_topic_does_not_take_is_told_by_the_health()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var service = await scenario.StartAsync(settings: [("Kafka:MessageMaxBytes", "2000"), ("Messaging:DrainTimeout", "00:00:00.1")]);
        await scenario.Wire.SendAsync(
            scenario.Topic, scenario.Ids(1)[0], "poison"u8.ToArray(), new Headers { { "endless", new byte[3000] } });

        var health = default(HealthReportEntry);
        await Eventually.IsAsync(
            async () => (health = (await service.Get<HealthCheckService>().CheckHealthAsync()).Entries["kafka"])
                .Description?.Contains(" takes a dead letter: ", StringComparison.Ordinal) == true,
            () => $"{health.Status}: {health.Description}");
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.StartsWith($"{scenario.Group} waits until {scenario.DeadTopic} takes a dead letter: ", health.Description, StringComparison.Ordinal);
        Assert.Empty(scenario.Wire.Read(scenario.DeadTopic));
    }

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Of a topic that the service does not publish to.</summary>
    private sealed record Elsewhere(string Key) : IEvent<Elsewhere>
    {
        public static string TypeName => "test.elsewhere";

        public static string TopicName => "elsewhere";

        public static System.Text.Json.Serialization.Metadata.JsonTypeInfo<Elsewhere> Json => throw new NotSupportedException();
    }
}

[Collection(On.EmbeddedBroker)]
public sealed class FailureOnEmbeddedBroker(EmbeddedBrokers brokers) : FailureTests(brokers);

[Collection(On.RealKafka)]
public sealed class FailureOnRealKafka(RealBroker broker) : FailureTests(broker);
