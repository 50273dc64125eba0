using Confluent.Kafka.Admin;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests;

/// <summary>Topics on which a service publishes states: of each key, only the newest is kept.</summary>
public abstract class CompactedTopicTests(Brokers brokers)
{
    [Fact]
    public async Task A_service_that_publishes_states_is_well()
    {
        await using var scenario = await Scenario.OpenAsync(brokers, new TestTopic("states"));
        var service = await scenario.StartAsync(service => service.Documents(Ledger.Type).PublishesState("states"));
        await Eventually.IsAsync(async () => (await HealthAsync(service)).Status == HealthStatus.Healthy, () => service.Logs.Last);
        scenario.AssertUneventful();
    }

    private protected static async Task<HealthReportEntry> HealthAsync(TestService service) =>
        (await service.Get<HealthCheckService>().CheckHealthAsync()).Entries["kafka"];
}

[Collection(On.EmbeddedBroker)]
public sealed class CompactedTopicsOnEmbeddedBroker(EmbeddedBrokers brokers) : CompactedTopicTests(brokers);

[Collection(On.RealKafkaToo)]
public sealed class CompactedTopicsOnRealKafka(RealBroker broker) : CompactedTopicTests(broker)
{
    private static readonly (string, string)[] Compacted =
        [("cleanup.policy", "compact"), ("max.compaction.lag.ms", "10000"), ("segment.ms", "10000"), ("file.delete.delay.ms", "1000")];

    private readonly RealBroker _broker = broker;

    [Fact]
    public async Task They_are_compacted_whoever_made_them_and_an_operators_settings_stay()
    {
        await using var scenario = await Scenario.OpenAsync(
            _broker, new TestTopic("was-there"), new TestTopic("set", 6, new() { ["cleanup.policy"] = "compact", ["segment.ms"] = "60000" }));
        var service = await scenario.StartAsync(service => service.Documents(Ledger.Type).PublishesState("new", "was-there", "set").Publishes("other"));

        using var admin = scenario.Admin();
        foreach (var topic in (string[])["new", "was-there"])
            await Eventually.IsAsync(async () => Compacted.SequenceEqual(await SettingsAsync(topic)), () => $"{topic}: {service.Logs.Last}");
        Assert.Equal(("segment.ms", "60000"), (await SettingsAsync("set"))[2]);
        Assert.Equal(("cleanup.policy", "delete"), (await SettingsAsync("other"))[0]);

        await scenario.DeleteAsync(scenario.OnCluster("new"));
        await Eventually.IsAsync(
            async () =>
            {
                // Looks for topics.
                await HealthAsync(service);
                return Compacted.SequenceEqual(await SettingsAsync("new"));
            },
            () => service.Logs.Last);

        async Task<List<(string, string)>> SettingsAsync(string topic)
        {
            try
            {
                var described = await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = scenario.OnCluster(topic) }]);
                return [.. Compacted.Select(setting => (setting.Item1, described.Single().Entries[setting.Item1].Value))];
            }
            catch (DescribeConfigsException)
            {
                // It is not there yet, or not there again.
                return [];
            }
        }
    }

    [Fact]
    public async Task Records_that_were_cleaned_away_are_not_lost()
    {
        var quick = new Dictionary<string, string> { ["cleanup.policy"] = "compact", ["segment.ms"] = "100", ["max.compaction.lag.ms"] = "100" };
        await using var scenario = await Scenario.OpenAsync(_broker, new TestTopic(Renewed.TopicName, 1, quick));
        var topic = scenario.OnCluster(Renewed.TopicName);
        var (id, other) = (scenario.Ids(1)[0], scenario.Ids(1, "other")[0]);
        var first = await StartAsync();
        await SendAsync(id, 1);
        await TakesAsync(id, 1);
        await first.StopAsync();
        for (var version = 2; version <= 20; version++)
            await SendAsync(id, version);

        // As a record comes once in a while, the segments before it are cleaned.
        var sent = 0;
        await Eventually.IsAsync(
            async () =>
            {
                await SendAsync(other, ++sent);
                return scenario.Wire.Read(topic, id).Count == 1;
            },
            () => string.Join(' ', scenario.Wire.Read(topic).Select(record => record.Version)), TimeSpan.FromSeconds(60));
        var second = await StartAsync();
        await TakesAsync(id, 20);
        await TakesAsync(other, sent);

        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(second)).Status);
        Assert.Equal(0, second.Logs.Count("lost") + second.Logs.Count("are gone"));

        Task<TestService> StartAsync() => scenario.StartAsync(service => service.Documents(Ledger.Type).On<Renewed, Ledger>(e => e.Id, (ledger, e) => Ledger.Take(ledger, new(e.Id, e.Version))), ("Kafka:Partitions", "1"));

        Task SendAsync(string key, long version) => scenario.Wire.SendAsync(topic, (key, Wire.Bytes(new Renewed(key, version))));

        Task TakesAsync(string key, long version) => Eventually.IsAsync(async () => (await scenario.LedgerAsync(key))?.Last == version, () => $"{key} has not come to {version}.");
    }
}
