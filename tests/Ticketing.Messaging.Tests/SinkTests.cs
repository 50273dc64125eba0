using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Testing;

namespace Ticketing.Messaging.Tests;

/// <summary>A group that appends the records of several topics as they are.</summary>
public abstract class SinkTests(Brokers brokers)
{
    private static readonly string[] Topics = [Noted.TopicName, Told.TopicName];

    [Fact]
    public async Task Whatever_comes_on_its_topics_is_appended_as_it_is()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var taken = new ConcurrentQueue<RawRecord>();
        await scenario.Wire.SendAsync(scenario.Topic, "k", "{not json"u8.ToArray(), new() { { "ce_id", "one"u8.ToArray() } }, DateTimeOffset.UnixEpoch.AddYears(50));
        await scenario.Wire.SendAsync(scenario.Topic, null, null, null);
        await scenario.Wire.SendAsync(scenario.OutTopic, "k", [0xff, 0], null);
        var service = await StartAsync(scenario, records =>
        {
            foreach (var record in records)
                taken.Enqueue(record);
        });
        await IdleAsync(scenario);

        var first = taken.Single(record => record.Header("ce_id") is not null);
        Assert.Equal(
            (Noted.TopicName, 0L, DateTimeOffset.UnixEpoch.AddYears(50), "k", "{not json", "one"),
            (first.Topic, first.Offset, first.Time, Encoding.UTF8.GetString(first.Key!), Encoding.UTF8.GetString(first.Value!), first.Header("ce_id")));
        Assert.Equal((Told.TopicName, "ff00"), (taken.Single(record => record.Topic == Told.TopicName) is var other ? (other.Topic, Convert.ToHexStringLower(other.Value!)) : default));
        Assert.Null(taken.Single(record => record.Key is null).Value);
        Assert.Equal(3, taken.Count);
        Assert.Empty(scenario.Wire.Read(scenario.DeadTopic));
        Assert.Equal(HealthStatus.Healthy, (await service.Get<HealthCheckService>().CheckHealthAsync()).Entries["kafka"].Status);
        scenario.AssertUneventful();
    }

    [Fact]
    public async Task While_it_fails_nothing_is_committed_and_a_stop_leaves_it_to_the_next()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (ids, isDown, tries, taken) = (scenario.Ids(20), true, 0, new ConcurrentQueue<string>());
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 10));
        await scenario.Wire.SendAsync(scenario.OutTopic, Wire.Events(ids, 10));
        (string, string)[] settings = [("Messaging:DrainTimeout", "00:00:00.1")];

        var first = await StartAsync(scenario, Take, settings);
        await Eventually.IsAsync(() => Volatile.Read(ref tries) > 4, () => $"{tries} tries");
        await first.StopAsync();
        Assert.Empty(taken);
        var second = await StartAsync(scenario, Take, settings);
        Volatile.Write(ref isDown, false);
        await IdleAsync(scenario);
        // Its group has come to the end, so a third instance has nothing to do.
        var third = new ConcurrentQueue<RawRecord>();
        var before = Assignments(second);
        await StartAsync(scenario, records => records.ToList().ForEach(third.Enqueue));
        // What is taken while partitions move may be taken twice.
        await Eventually.IsAsync(() => Assignments(second) >= before + 2, () => second.Logs.Last);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 1, from: 11));
        await IdleAsync(scenario);

        Assert.Equal(ids.SelectMany(id => Enumerable.Range(1, 10).Select(version => $"{id} {version}")).Order(), taken.Where(one => one.StartsWith("out ", StringComparison.Ordinal)).Select(one => one[4..]).Order());
        Assert.Equal(ids.Length * 21, taken.Count + third.Count);

        // One for each of the two topics.
        static int Assignments(TestService service) => service.Logs.Count("assigned partitions");

        void Take(IReadOnlyList<RawRecord> records)
        {
            Interlocked.Increment(ref tries);
            if (Volatile.Read(ref isDown))
                throw new IOException("The store is away.");
            foreach (var record in records)
                taken.Enqueue($"{(record.Topic == Told.TopicName ? "out " : "")}{Encoding.UTF8.GetString(record.Key!)} {System.Text.Json.JsonDocument.Parse(record.Value).RootElement.GetProperty("version").GetInt64()}");
        }
    }

    [Fact]
    public async Task Instances_share_the_topics_and_one_takes_over_what_another_leaves()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var (ids, taken) = (scenario.Ids(60), new ConcurrentDictionary<(string, int, long), int>());
        var by = new ConcurrentDictionary<(int Instance, string Topic), int>();
        TestService[] services = [await StartAsync(scenario, Take(1)), await StartAsync(scenario, Take(2))];
        var sent = 0;
        await Eventually.IsAsync(
            async () =>
            {
                await SendAsync();
                return by.Count == 4;
            },
            () => $"only {string.Join(", ", by.Keys)}");
        await services[0].StopAsync();
        await SendAsync();
        await IdleAsync(scenario);

        Assert.Equal(2 * sent * ids.Length, taken.Count);

        async Task SendAsync()
        {
            sent++;
            await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 1, from: sent));
            await scenario.Wire.SendAsync(scenario.OutTopic, Wire.Events(ids, 1, from: sent));
        }

        Action<IReadOnlyList<RawRecord>> Take(int instance) => records =>
        {
            foreach (var record in records)
            {
                taken.AddOrUpdate((record.Topic, record.Partition, record.Offset), 1, (_, count) => count + 1);
                by.AddOrUpdate((instance, record.Topic), 1, (_, count) => count + 1);
            }
        };
    }

    private static Task<TestService> StartAsync(Scenario scenario, Action<IReadOnlyList<RawRecord>> take, params (string, string)[] settings) => scenario.StartAsync(
        service => service.Appends<TimeProvider>("all", [.. Topics.Select(topic => new AppendedTopic(topic))], (_, records, _) =>
        {
            take(records);
            return Task.CompletedTask;
        }),
        settings);

    private static Task IdleAsync(Scenario scenario) => NothingInFlight.WaitAsync(
        scenario.BootstrapServers, [.. Topics.Select(topic => (scenario.OnCluster("testing-all"), scenario.OnCluster(topic)))], () => new(true));
}

[Collection(On.EmbeddedBroker)]
public sealed class SinkOnEmbeddedBroker(EmbeddedBrokers brokers) : SinkTests(brokers);

[Collection(On.RealKafka)]
public sealed class SinkOnRealKafka(RealBroker broker) : SinkTests(broker);
