using System.Runtime.InteropServices;
using System.Text;

namespace Ticketing.Tools;

/// <summary>
/// librdkafka's mock cluster: a broker in this process that speaks Kafka's protocol to any process on this machine. It keeps at most
/// 5 MB per partition, answers no admin requests, and lives as long as the process.
/// </summary>
public sealed class MockCluster
{
    private const int ErrorSize = 512;

    private readonly nint _cluster;

    /// <summary>Starts one on a free port. A group's first member gets its partitions at once instead of after 3 s.</summary>
    public MockCluster()
    {
        _cluster = Librdkafka.MockClusterNew(NewClient(), brokerCount: 1);
        if (_cluster == 0)
            throw new InvalidOperationException("librdkafka could not start a mock cluster.");
        Librdkafka.MockGroupInitialRebalanceDelay(_cluster, 0);
        BootstrapServers = Marshal.PtrToStringUTF8(Librdkafka.MockClusterBootstraps(_cluster))!;
    }

    /// <summary>Its address, <c>HOST:PORT</c>.</summary>
    public string BootstrapServers { get; }

    /// <summary>Creates a topic.</summary>
    public void CreateTopic(string name, int partitions)
    {
        if (Librdkafka.MockTopicCreate(_cluster, name, partitions, replicationFactor: 1) is not 0 and var error)
            throw new InvalidOperationException($"librdkafka could not create the topic '{name}': error {error}.");
    }

    /// <summary>Keeps all requests from now on, for <see cref="Requests"/>.</summary>
    public void Track() => Librdkafka.MockStartRequestTracking(_cluster);

    /// <summary>The API keys of the requests that came since <see cref="Track"/>.</summary>
    public IReadOnlyList<int> Requests()
    {
        var requests = Librdkafka.MockGetRequests(_cluster, out var count);
        var keys = Enumerable.Range(0, (int)count).Select(i => (int)Librdkafka.MockRequestApiKey(Marshal.ReadIntPtr(requests, i * nint.Size))).ToArray();
        Librdkafka.MockRequestDestroyArray(requests, count);
        return keys;
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
}
