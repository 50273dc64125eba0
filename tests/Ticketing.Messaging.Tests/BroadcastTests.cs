using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests;

/// <summary>What every instance hears of, and hears of again after a restart.</summary>
public abstract class BroadcastTests(Brokers brokers)
{
    [Fact]
    public async Task Every_instance_hears_of_every_event_and_a_new_one_of_those_that_came_before_it()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (one, two, three) = (new Heard(), new Heard(), new Heard());
        var ids = scenario.Ids(40);
        var before = DateTimeOffset.UtcNow;
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 1));
        var first = await StartAsync(scenario, one);
        await StartAsync(scenario, two);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 1, from: 2));

        await HearsAsync(one, ids, 2);
        await HearsAsync(two, ids, 2);
        Assert.All(one.At, at => Assert.InRange(at, before.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1)));

        await first.StopAsync();
        await StartAsync(scenario, three);
        await HearsAsync(three, ids, 2);
    }

    [Fact]
    public async Task What_cannot_be_read_and_what_nobody_listens_to_keeps_nothing_else_back()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var heard = new Heard();
        var ids = scenario.Ids(20);
        var service = await StartAsync(scenario, heard);
        await scenario.Wire.SendAsync(scenario.Topic, ids.SelectMany(id => new (string, byte[]?)[]
        {
            (id, "poison"u8.ToArray()), (id, null), (id, Wire.Bytes(new Pressed(id, 1))), (id, "{\"type\":\"test.noted\"}"u8.ToArray()), (id, Wire.Event(id, 1)),
        }));

        await HearsAsync(heard, ids, 1);
        Assert.Equal(2 * ids.Length, service.Logs.Count("is ignored: it cannot be read"));
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(service)).Status);
    }

    [Fact]
    public async Task What_is_older_than_anybody_wants_is_not_read_where_the_broker_finds_records_by_their_time()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var heard = new Heard();
        var ids = scenario.Ids(40);
        foreach (var id in ids)
            await scenario.Wire.SendAsync(scenario.Topic, id, Wire.Event(id, 1), null, DateTimeOffset.UtcNow.AddHours(-2));
        // Most partitions have nothing else.
        await scenario.Wire.SendAsync(scenario.Topic, (ids[0], Wire.Event(ids[0], 2)));
        await StartAsync(scenario, heard, TimeSpan.FromHours(1));

        await HearsAsync(heard, ids[..1], 1, from: 2);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 1, from: 3));
        await HearsAsync(heard, ids, 1, from: 3);
        Assert.Equal(FindsRecordsByTime ? 0 : ids.Length, ids.Count(id => heard.Of(new Noted(id, 1))));
    }

    private protected abstract bool FindsRecordsByTime { get; }

    private protected static async Task<TestService> StartAsync(Scenario scenario, Heard heard, TimeSpan? since = null)
    {
        // Each instance has a list of its own, whatever the listener is.
        var service = await scenario.StartAsync(service => service.OnEveryInstance<Noted, TimeProvider>((_, noted, at) => heard.Add(noted, at), since));
        await Eventually.IsAsync(async () => (await HealthAsync(service)).Status == HealthStatus.Healthy, () => service.Logs.Last);
        return service;
    }

    private protected static Task HearsAsync(Heard heard, string[] ids, int versions, int from = 1) => Eventually.IsAsync(
        () => ids.SelectMany(id => Enumerable.Range(from, versions).Select(version => new Noted(id, version))).All(heard.Of), () => $"{heard.At.Count} were heard.");

    private static async Task<HealthReportEntry> HealthAsync(TestService service) =>
        (await service.Get<HealthCheckService>().CheckHealthAsync()).Entries["kafka"];

    private protected sealed class Heard
    {
        private readonly ConcurrentDictionary<Noted, DateTimeOffset> _events = [];

        public ICollection<DateTimeOffset> At => _events.Values;

        public void Add(Noted noted, DateTimeOffset at) => _events[noted] = at;

        public bool Of(Noted noted) => _events.ContainsKey(noted);
    }
}

[Collection(On.EmbeddedBroker)]
public sealed class BroadcastOnEmbeddedBroker(EmbeddedBrokers brokers) : BroadcastTests(brokers)
{
    private protected override bool FindsRecordsByTime => false;
}

[Collection(On.RealKafka)]
public sealed class BroadcastOnRealKafka(RealBroker broker) : BroadcastTests(broker)
{
    private readonly RealBroker _broker = broker;

    private protected override bool FindsRecordsByTime => true;

    [Fact]
    public async Task A_topic_that_is_deleted_and_made_again_is_read_from_its_beginning()
    {
        await using var scenario = await Scenario.OpenAsync(_broker);
        var heard = new Heard();
        var ids = scenario.Ids(30);
        await StartAsync(scenario, heard);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 1));
        await HearsAsync(heard, ids, 1);

        await scenario.DeleteAsync(scenario.Topic);
        await (await _broker.Kafka).CreateTopicsAsync(new Ticketing.Testing.Brokers.TestTopic(scenario.Topic));
        // As many as were read of the old one, so that the client's old places exist in the new one.
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 1, from: 2));

        await HearsAsync(heard, ids, 2);
    }
}
