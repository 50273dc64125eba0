using Ticketing.Tools;

namespace Ticketing.Testing.Brokers;

/// <summary>A mock cluster in this process. It is made in a few milliseconds, so a test can have its own.</summary>
public sealed class EmbeddedBroker
{
    private readonly MockCluster _cluster = new();

    private EmbeddedBroker()
    {
    }

    /// <summary>Its <c>HOST:PORT</c>.</summary>
    public string BootstrapServers => _cluster.BootstrapServers;

    /// <summary>Starts one.</summary>
    public static EmbeddedBroker Start(params IEnumerable<TestTopic> topics)
    {
        var broker = new EmbeddedBroker();
        broker.CreateTopics(topics);
        return broker;
    }

    /// <inheritdoc cref="MockCluster.Track"/>
    public void Track() => _cluster.Track();

    /// <inheritdoc cref="MockCluster.Requests"/>
    public IReadOnlyList<int> Requests() => _cluster.Requests();

    /// <summary>Creates topics.</summary>
    public void CreateTopics(params IEnumerable<TestTopic> topics)
    {
        foreach (var topic in topics)
            _cluster.CreateTopic(topic.Name, topic.Partitions);
    }
}
