using System.Collections.Concurrent;
using Ticketing.Testing.Brokers;

// One broker serves them all, and they start many programs.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: AssemblyFixture(typeof(Ticketing.Cli.Tests.Broker))]

namespace Ticketing.Cli.Tests;

/// <summary>One real Kafka for all tests, started by the first that needs it. Tests differ by the names of their topics and groups.</summary>
public sealed class Broker : IAsyncDisposable
{
    private readonly Lazy<Task<RealKafka>> _kafka = new(() => RealKafka.StartAsync(1, "group.initial.rebalance.delay.ms=0"));

    private readonly ConcurrentDictionary<string, bool> _made = [];

    /// <summary>The tool, for a broker that has these topics.</summary>
    public async Task<Tool> OpenAsync(params TestTopic[] topics)
    {
        Assert.SkipUnless(RealKafka.IsAvailable, RealKafka.Missing);
        var kafka = await _kafka.Value;
        // The cases of a theory share theirs.
        if (topics.Where(topic => _made.TryAdd(topic.Name, true)).ToArray() is { Length: > 0 } missing)
            await kafka.CreateTopicsAsync(missing);
        return new(kafka.BootstrapServers);
    }

    public async ValueTask DisposeAsync()
    {
        if (_kafka.IsValueCreated)
            await (await _kafka.Value).DisposeAsync();
    }
}
