using System.Runtime.InteropServices;
using System.Text;
using Ticketing.Standalone.Kafka;

namespace Ticketing.Testing.Brokers;

/// <summary>
/// librdkafka's mock cluster in this process. It is made in a few milliseconds, so a test can have its own. It keeps at most 5 MB per
/// partition, answers no admin requests, and lives as long as the process.
/// </summary>
public sealed class EmbeddedBroker
{
    private const int ErrorSize = 512;

    private readonly nint _cluster;

    private EmbeddedBroker(nint cluster) =>
        (_cluster, BootstrapServers) = (cluster, Marshal.PtrToStringUTF8(Librdkafka.MockClusterBootstraps(cluster))!);

    /// <summary>Its <c>HOST:PORT</c>.</summary>
    public string BootstrapServers { get; }

    /// <summary>Starts one; a group's first member gets its partitions at once.</summary>
    public static EmbeddedBroker Start(params IEnumerable<TestTopic> topics)
    {
        var cluster = Librdkafka.MockClusterNew(NewClient(), brokerCount: 1);
        Assert.NotEqual(0, cluster);
        Librdkafka.MockGroupInitialRebalanceDelay(cluster, 0);
        var broker = new EmbeddedBroker(cluster);
        broker.CreateTopics(topics);
        return broker;
    }

    /// <summary>Creates topics.</summary>
    public void CreateTopics(params IEnumerable<TestTopic> topics)
    {
        foreach (var topic in topics)
            Assert.Equal(0, Librdkafka.MockTopicCreate(_cluster, topic.Name, topic.Partitions, replicationFactor: 1));
    }

    // The cluster needs a client to live in, which never connects to anything.
    private static nint NewClient()
    {
        var error = new byte[ErrorSize];
        var configuration = Librdkafka.ConfigurationNew();
        _ = Librdkafka.ConfigurationSet(configuration, "log_level", "4", error, ErrorSize);
        var client = Librdkafka.New(Librdkafka.Producer, configuration, error, ErrorSize);
        return client != 0 ? client : throw new InvalidOperationException(Encoding.UTF8.GetString(error).TrimEnd('\0'));
    }
}
