using Confluent.Kafka;
using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests.Harness;

/// <summary>One test's topic, group, documents and services.</summary>
public sealed class Scenario : IAsyncDisposable
{
    private readonly List<TestService> _services = [];

    private Scenario(string bootstrapServers, IReadOnlyDictionary<string, string?> settings, string name) =>
        (BootstrapServers, Settings, Name, Wire) = (bootstrapServers, settings, name, new Wire(bootstrapServers));

    public string BootstrapServers { get; }

    /// <summary>What the broker's clients are set to.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; }

    /// <summary>Unique among all tests: what the topic, the group and the ids of documents begin with.</summary>
    public string Name { get; }

    public string Topic => OnCluster(Noted.TopicName);

    public string OutTopic => OnCluster(Told.TopicName);

    public string Group => OnCluster($"testing-{Noted.TopicName}");

    public string DeadTopic => KafkaNames.DeadLetters(Topic, Group);

    public IDocumentDatabase Database { get; set; } = new MemoryDatabase();

    public Wire Wire { get; }

    public IDocumentStore<Ledger> Ledgers => Database.Store(Ledger.Type);

    public static async Task<Scenario> OpenAsync(Brokers brokers, params TestTopic[] more)
    {
        var name = "t" + Guid.NewGuid().ToString("N")[..10];
        var (topic, group) = ($"{name}-{Noted.TopicName}", $"{name}-testing-{Noted.TopicName}");
        return new(
            await brokers.OpenAsync(
                [new(topic), new($"{name}-{Told.TopicName}"), new(KafkaNames.DeadLetters(topic, group), 1), .. more.Select(one => one with { Name = $"{name}-{one.Name}" })]),
            brokers.Settings, name);
    }

    /// <summary>The name that a topic or a group has on the broker: each scenario is a shop of its own.</summary>
    public string OnCluster(string name) => $"{Name}-{name}";

    /// <summary>What was published, of the keys that begin with <paramref name="prefix"/>.</summary>
    public List<WireRecord> ReadTold(string prefix = "") => Wire.Read(OutTopic, prefix);

    public IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers }).Build();

    /// <summary>
    /// Deletes topics, and returns when the broker takes nothing for them any more. The controller answers before: until the broker has heard of it,
    /// it confirms records of the old log.
    /// </summary>
    public async Task DeleteAsync(params string[] topics)
    {
        using var admin = Admin();
        await admin.DeleteTopicsAsync(topics);
        await Eventually.IsAsync(
            () => !admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Exists(topic => topics.Contains(topic.Topic)), () => "the topics are still there");
    }

    /// <summary>So many ids of documents.</summary>
    public string[] Ids(int count, string prefix = "") => [.. Enumerable.Range(0, count).Select(i => $"{Name}-{prefix}{i}")];

    /// <summary>Starts an instance of the service: one group, one handler.</summary>
    public Task<TestService> StartAsync(
        Func<Ledger?, Noted, Decision<Ledger>>? handler = null, params (string Name, string Value)[] settings) =>
        StartAsync(service => service.Documents(Ledger.Type).On<Noted, Ledger>(e => e.Id, handler ?? Ledger.Take), settings);

    /// <summary>Starts an instance of a service with these parts. It may publish <see cref="Harness.Told"/>.</summary>
    public async Task<TestService> StartAsync(Func<Service, Service> parts, params (string Name, string Value)[] settings)
    {
        var service = await TestService.StartAsync(this, parts, settings.ToDictionary(s => s.Name, s => (string?)s.Value));
        _services.Add(service);
        return service;
    }

    /// <summary>Waits until all that was sent is handled and all that was decided is published.</summary>
    public Task IdleAsync() => IdleAsync(OutboxesAreEmptyAsync);

    /// <summary>Waits until all that was sent is handled and the outboxes are as they should be.</summary>
    public Task IdleAsync(Func<ValueTask<bool>> outboxes) => NothingInFlight.WaitAsync(BootstrapServers, [(Group, Topic)], outboxes);

    /// <summary>Whether no document has events that are not published.</summary>
    public async ValueTask<bool> OutboxesAreEmptyAsync() =>
        _services.TrueForAll(service => !service.IsRunning || service.InFlight.Outbox == 0) && (await Ledgers.FindUnpublishedAsync(1)).Count == 0;

    public async Task<Ledger?> LedgerAsync(string id) => (await Ledgers.LoadAsync(id))?.State;

    /// <summary>Every key has taken every version in order.</summary>
    public async Task AssertTakenAsync(IEnumerable<string> ids, long last)
    {
        foreach (var id in ids)
        {
            var ledger = await LedgerAsync(id);
            if (ledger is not { Gaps: 0 } || ledger.Last != last)
                Assert.Fail($"{id} should have taken 1 to {last}: {ledger}\n{Troubles()}");
        }
    }

    /// <summary>What went wrong: dead letters, and what the services logged about it and about their partitions.</summary>
    private string Troubles() => string.Join('\n', Wire.Read(DeadTopic).Select(letter => $"dead letter {letter.Text}: {letter["dead_error"]}").Concat(
        _services.SelectMany((service, i) => service.Logs.Of(Microsoft.Extensions.Logging.LogLevel.Debug)
            .Where(line => line.StartsWith(Group, StringComparison.Ordinal) && !line.Contains(": rdkafka", StringComparison.Ordinal)).TakeLast(50)
            .Select(line => $"{i}: {line}"))));

    /// <summary>
    /// Nothing was lost, given up or went wrong in any instance. A broker may not have heard yet of a topic that another one has just made, and who asks for the health
    /// early hears that the service has not joined its group yet.
    /// </summary>
    public void AssertUneventful() => Assert.DoesNotContain(
        _services.SelectMany(service => service.Logs.Of(Microsoft.Extensions.Logging.LogLevel.Warning)),
        line => !line.Contains("UnknownTopicOrPart", StringComparison.Ordinal) && !line.StartsWith("Health check ", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
            await service.DisposeAsync();
        Wire.Dispose();
    }
}
