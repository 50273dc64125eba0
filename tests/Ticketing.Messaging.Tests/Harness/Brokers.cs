using Ticketing.Testing.Brokers;

// These tests wait for a broker most of the time.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: AssemblyFixture(typeof(EmbeddedBrokers))]
[assembly: AssemblyFixture(typeof(RealBroker))]

namespace Ticketing.Messaging.Tests.Harness;

/// <summary>Where a promise is tried: each is tried on every kind of broker.</summary>
public abstract class Brokers
{
    /// <summary>A broker that has these topics.</summary>
    /// <returns>Its bootstrap servers.</returns>
    public abstract ValueTask<string> OpenAsync(params TestTopic[] topics);

    /// <summary>What clients of this broker are set to.</summary>
    public virtual IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>();
}

/// <summary>The tests that run one after the other, beside those of the other broker.</summary>
public static class On
{
    public const string EmbeddedBroker = nameof(EmbeddedBroker);
    public const string RealKafka = nameof(RealKafka);

    /// <summary>On the same broker, beside those: in one row, they would take longer than everything else.</summary>
    public const string RealKafkaToo = nameof(RealKafkaToo);
}

/// <summary>A new embedded broker for every test.</summary>
public sealed class EmbeddedBrokers : Brokers
{
    public override ValueTask<string> OpenAsync(params TestTopic[] topics) =>
        new(EmbeddedBroker.Start(topics).BootstrapServers);

    /// <summary>
    /// After a member has left, the mock cluster waits for the session timeout less a second before it goes on without it, even if the
    /// member was the last and another one wants to join.
    /// </summary>
    public override IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Kafka:SessionTimeoutMs"] = "2000",
        ["Kafka:HeartbeatIntervalMs"] = "200",
    };
}

/// <summary>One real Kafka for all tests, started by the first that needs it. Tests differ by the names of their topics and documents.</summary>
public sealed class RealBroker : Brokers, IAsyncDisposable
{
    private readonly Lazy<Task<RealKafka>> _kafka = new(() => RealKafka.StartAsync(1, "log.cleaner.backoff.ms=500"));

    /// <summary>The broker itself. A test that stops one has its own: others run on this one meanwhile.</summary>
    public Task<RealKafka> Kafka => _kafka.Value;

    public override async ValueTask<string> OpenAsync(params TestTopic[] topics)
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        var kafka = await Kafka;
        await kafka.CreateTopicsAsync(topics);
        return kafka.BootstrapServers;
    }

    public async ValueTask DisposeAsync()
    {
        if (_kafka.IsValueCreated)
            await (await Kafka).DisposeAsync();
    }

}
