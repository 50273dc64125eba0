using System.Diagnostics;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Messaging.Tests.Telemetry;

/// <summary>What a service asks the broker for while nothing happens. Alone, as others collect metrics, which asks for more.</summary>
[Collection(nameof(Alone))]
public sealed class IdleTests
{
    private const int ListOffsets = 2, Heartbeat = 12;

    [Fact]
    public async Task A_service_with_nothing_to_do_asks_the_broker_rarely_and_for_the_lag_when_somebody_collects_metrics()
    {
        var broker = new OneBroker();
        await using var scenario = await Scenario.OpenAsync(broker);
        var service = await scenario.StartAsync();
        await Eventually.IsAsync(() => service.Logs.Count("assigned") > 0, () => service.Logs.Last);

        // What a member asks for when it has joined is over.
        broker.Cluster.Track();
        await HeartbeatsAsync(2);
        var (started, before) = (Stopwatch.GetTimestamp(), broker.Cluster.Requests().Count);
        await HeartbeatsAsync(7);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var requests = Since();
        Assert.True(requests.Count < 3 * seconds + 2, $"{requests.Count} requests in {seconds:0.0} s: {string.Join(' ', requests.CountBy(key => key))}");
        Assert.DoesNotContain(ListOffsets, requests);

        using var exported = new Exported();
        await Eventually.IsAsync(
            () => exported.Value("ticketing.consumer.lag", "messaging.consumer.group.name", scenario.Group) == 0, () => "there is no lag");
        // The ends of the topic's six partitions, and the beginnings of those without a commit.
        Assert.InRange(Since().Count(key => key == ListOffsets), 1, 4);

        List<int> Since() => [.. broker.Cluster.Requests().Skip(before)];
        Task HeartbeatsAsync(int count) => Eventually.IsAsync(
            () => broker.Cluster.Requests().Count(key => key == Heartbeat) >= count, () => "no heartbeats");
    }

    private sealed class OneBroker : Brokers
    {
        public EmbeddedBroker Cluster { get; } = EmbeddedBroker.Start();

        public override ValueTask<string> OpenAsync(params TestTopic[] topics)
        {
            Cluster.CreateTopics(topics);
            return new(Cluster.BootstrapServers);
        }
    }
}
