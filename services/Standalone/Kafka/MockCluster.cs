using System.Runtime.InteropServices;
using System.Text;

namespace Ticketing.Standalone.Kafka;

/// <summary>
/// librdkafka's mock cluster: a broker in this process that speaks the real protocol to clients anywhere on the machine.
/// It keeps at most 5 MB per partition and answers no admin requests, so the topics are made here.
/// </summary>
internal static class MockCluster
{
    private const int ErrorSize = 512;

    /// <summary>Starts it for the rest of the process's life; nothing in it is worth an orderly end.</summary>
    /// <returns>Its <c>HOST:PORT</c>.</returns>
    public static string Start(IEnumerable<TopicLayout> topics)
    {
        var cluster = Librdkafka.MockClusterNew(NewClient(), brokerCount: 1);
        if (cluster == 0)
            throw new InvalidOperationException("librdkafka could not start a mock cluster");

        // A group's first member gets its partitions at once instead of after 3 s.
        Librdkafka.MockGroupInitialRebalanceDelay(cluster, 0);
        foreach (var topic in topics)
            Require(Librdkafka.MockTopicCreate(cluster, topic.Name, topic.Partitions, replicationFactor: 1), topic.Name);
        return Marshal.PtrToStringUTF8(Librdkafka.MockClusterBootstraps(cluster))!;
    }

    // The cluster needs a client to live in. It never connects to anything, and must not warn that it could not.
    private static nint NewClient()
    {
        var error = new byte[ErrorSize];
        var configuration = Librdkafka.ConfigurationNew();
        _ = Librdkafka.ConfigurationSet(configuration, "log_level", "4", error, ErrorSize);
        var client = Librdkafka.New(Librdkafka.Producer, configuration, error, ErrorSize);
        return client != 0 ? client : throw new InvalidOperationException(Encoding.UTF8.GetString(error).TrimEnd('\0'));
    }

    private static void Require(int error, string topic)
    {
        if (error != 0)
            throw new InvalidOperationException($"librdkafka could not create the topic {topic}: error {error}");
    }
}
