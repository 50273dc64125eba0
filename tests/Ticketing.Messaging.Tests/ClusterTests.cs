using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Ticketing.Messaging.Tests.Telemetry;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests;

/// <summary>Three brokers with three copies, of which two must be in sync: what a production cluster is like.</summary>
public sealed class ClusterTests(Cluster cluster) : IClassFixture<Cluster>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Missing_topics_are_created_with_the_partitions_and_copies_that_are_wanted_and_existing_ones_left_alone()
    {
        await using var scenario = await Scenario.OpenAsync(await cluster.OpenAsync());
        var service = await scenario.StartAsync(
            service => service.Publishes("made").On<Noted, Ledger>(e => e.Id, Ledger.Take).Documents(Ledger.Type).On<Renewed, Ledger>(e => e.Id, Renew).Publishes("also"),
            ("Kafka:ReplicationFactor", "2"));

        foreach (var topic in (string[])["made", "also", "new"])
            await AssertCopiesAsync([2, 2, 2, 2, 2, 2], scenario.OnCluster(topic), service);
        await AssertCopiesAsync([2], KafkaNames.DeadLetters(scenario.OnCluster("new"), scenario.OnCluster("testing-new")), service);
        // Was there, with the broker's three.
        await AssertCopiesAsync([3, 3, 3, 3, 3, 3], scenario.Topic, service);
    }

    [Fact]
    public async Task A_topic_that_is_too_small_is_reported_and_left_alone()
    {
        await using var scenario = await Scenario.OpenAsync(await cluster.OpenAsync(), new TestTopic("small", 2));
        var small = scenario.OnCluster("small");
        // Another topic is missing, so that the service asks twice, and tells once.
        var service = await scenario.StartAsync(service => service.Documents(Ledger.Type).Publishes("small").On<Renewed, Ledger>(e => e.Id, Renew));

        await AssertCopiesAsync([3, 3, 3, 3, 3, 3], scenario.Name + "-new", service);
        await Eventually.IsAsync(() => service.Logs.Count($"Topic {small} has 2 partitions, fewer than 6") > 0, () => service.Logs.Last);
        await AssertCopiesAsync([3, 3], small, service);
        Assert.Equal(1, service.Logs.Count($"Topic {small} has"));
    }

    [Fact]
    public async Task More_copies_than_brokers_are_reported_until_they_can_be_made()
    {
        await using var scenario = await Scenario.OpenAsync(await cluster.OpenAsync());
        var service = await scenario.StartAsync(
            service => service.Documents(Ledger.Type).Publishes("made"), ("Kafka:ReplicationFactor", "4"));

        await Eventually.IsAsync(() => service.Logs.Count("Topics cannot be created yet") > 0, () => service.Logs.Last);
        Assert.Contains(service.Logs.Of(LogLevel.Warning), line => line.Contains("eplication", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_of_three_brokers_is_killed_and_everything_goes_on()
    {
        await using var scenario = await Scenario.OpenAsync(await cluster.OpenAsync());
        var ids = scenario.Ids(60);
        var service = await scenario.StartAsync(Ledger.TakeAndTell, ("Kafka:ReconnectBackoffMaxMs", "1000"));
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 20));
        await scenario.IdleAsync();

        await cluster.Kafka.KillAsync(2);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 20, from: 21));
        await Eventually.IsAsync(
            async () => (await scenario.LedgerAsync(ids[^1]))?.Last == 40 && await scenario.OutboxesAreEmptyAsync(), () => service.Logs.Last);
        await cluster.Kafka.RestartAsync(2);
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, 40);
        var told = scenario.ReadTold(scenario.Name).ToLookup(record => record.Key!, record => record.Version);
        Assert.All(ids, id => Assert.Equal(Enumerable.Range(1, 40).Select(v => (long)v), told[id].Distinct()));
    }

    [Fact]
    public async Task The_lag_is_told_while_a_broker_is_away_and_when_it_is_back()
    {
        using var exported = new Exported();
        await using var scenario = await Scenario.OpenAsync(await cluster.OpenAsync());
        // Each broker is somebody's coordinator.
        string[] readers = [.. Enumerable.Range(0, 12).Select(i => $"reader{i}")];
        string[] groups = [.. readers.Select(reader => scenario.OnCluster($"{reader}-{Noted.TopicName}"))];
        await scenario.StartAsync(
            _ => new Service("publisher").Publishes(Noted.TopicName).ReadBy(readers),
            ("Messaging:LagPeriod", "00:00:00.1"), ("Kafka:ReconnectBackoffMaxMs", "1000"));
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(scenario.Ids(10), 5));
        await BecomesAsync(50);

        await cluster.Kafka.KillAsync(1);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(scenario.Ids(10), 5, from: 6));
        await BecomesAsync(100);
        await cluster.Kafka.RestartAsync(1);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(scenario.Ids(10), 5, from: 11));
        await BecomesAsync(150);

        async Task BecomesAsync(double expected)
        {
            foreach (var group in groups)
                await Eventually.IsAsync(() => Lag(group) == expected, () => $"{group}: {Lag(group)} instead of {expected}");
        }

        double? Lag(string group) => exported.Value("ticketing.consumer.lag", "messaging.consumer.group.name", group);
    }

    [Fact]
    public async Task A_static_member_that_restarts_gets_its_partitions_back_and_nobody_else_notices()
    {
        await using var scenario = await Scenario.OpenAsync(await cluster.OpenAsync());
        var ids = scenario.Ids(60);
        var first = await StartAsync("a");
        var second = await StartAsync("b");
        // The last one of the group to get something.
        await Eventually.IsAsync(() => first.Logs.Count("assigned") > 0 && second.Logs.Count("assigned") > 0, () => first.Logs.Last);
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 20));
        await scenario.IdleAsync();
        var (assigned, revoked) = (first.Logs.Count("assigned"), first.Logs.Count("revoked"));

        await second.StopAsync();
        await scenario.Wire.SendAsync(scenario.Topic, Wire.Events(ids, 20, from: 21));
        await StartAsync("b");
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync(ids, 40);
        Assert.Equal((assigned, revoked), (first.Logs.Count("assigned"), first.Logs.Count("revoked")));

        // Away for less than the session timeout, it is expected back.
        Task<TestService> StartAsync(string id) => scenario.StartAsync(
            Ledger.Take, ("Kafka:GroupInstanceId", id), ("Kafka:SessionTimeoutMs", "30000"));
    }

    private static Decision<Ledger> Renew(Ledger? ledger, Renewed e) => Ledger.Take(ledger, new(e.Id, e.Version));

    // Each broker learns by itself of a new topic.
    private async Task AssertCopiesAsync(IReadOnlyList<int> partitions, string name, TestService service)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.Kafka.BootstrapServers }).Build();
        TopicMetadata? topic = null;
        await Eventually.IsAsync(
            () => (topic = admin.GetMetadata(Timeout).Topics.Find(topic => topic.Topic == name))?.Partitions.Count > 0, () => service.Logs.Last);
        Assert.Equal(partitions, topic!.Partitions.ConvertAll(partition => partition.Replicas.Length));
    }
}

/// <summary>A real Kafka of three brokers; started by the first test that needs it.</summary>
public sealed class Cluster : IAsyncDisposable
{
    private RealKafka? _kafka;

    public RealKafka Kafka => _kafka ?? throw new InvalidOperationException("The cluster was not started.");

    public async Task<Brokers> OpenAsync()
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        if (_kafka is null)
        {
            _kafka = await RealKafka.StartAsync(3, "auto.create.topics.enable=false");
        }
        return new Brokers3(_kafka);
    }

    public async ValueTask DisposeAsync()
    {
        if (_kafka is not null)
            await _kafka.DisposeAsync();
    }

    private sealed class Brokers3(RealKafka kafka) : Brokers
    {
        public override async ValueTask<string> OpenAsync(params TestTopic[] topics)
        {
            await kafka.CreateTopicsAsync(topics);
            return kafka.BootstrapServers;
        }
    }
}
