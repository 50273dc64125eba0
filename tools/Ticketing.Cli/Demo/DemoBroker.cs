using System.CommandLine;
using Confluent.Kafka;
using Ticketing.Tools;

namespace Ticketing.Cli;

/// <summary>A topic for a demo: on the broker that is named, where it is deleted in the end, or on an embedded one.</summary>
internal sealed class DemoBroker : IAsyncDisposable
{
    public const int Partitions = 4;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly IAdminClient? _admin;

    private DemoBroker(Connection connection, string name, IAdminClient? admin) => (Connection, Name, _admin) = (connection, name, admin);

    public Connection Connection { get; }

    /// <summary>The topic's name in the shop; those of groups begin with it.</summary>
    public string Name { get; }

    /// <summary>Its name on the cluster.</summary>
    public string Topic => Connection.OnCluster(Name);

    public bool IsEmbedded => _admin is null;

    public static async Task<DemoBroker> OpenAsync(ParseResult arguments, CancellationToken stop)
    {
        if (!Connection.IsNamed(arguments))
            return Embedded();
        var connection = Connection.From(arguments);
        var (admin, _) = connection.Connect(stop);
        try
        {
            Connection.CheckAdminRequests(admin);
            var broker = new DemoBroker(connection, $"ticketing-demo-{Guid.NewGuid():N}"[..23], admin);
            await admin.CreateTopicsAsync([new() { Name = broker.Topic, NumPartitions = Partitions, ReplicationFactor = -1 }], new() { RequestTimeout = Timeout });
            return broker;
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_UnsupportedFeature)
        {
            admin.Dispose();
            await Console.Error.WriteLineAsync("That broker makes no topics, as it is an embedded one: the demo has one of its own.");
            return Embedded();
        }
        catch
        {
            admin.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_admin is null)
            return;
        try
        {
            await _admin.DeleteTopicsAsync([Topic], new() { RequestTimeout = Timeout });
            List<string> groups = [.. (await Connection.GroupsAsync(_admin, CancellationToken.None)).Where(group => group.StartsWith(Topic, StringComparison.Ordinal))];
            if (groups.Count > 0)
                await _admin.DeleteGroupsAsync(groups, new() { RequestTimeout = Timeout });
        }
        catch (KafkaException e)
        {
            await Console.Error.WriteLineAsync($"warning: the topic '{Name}' or its groups could not be deleted: {e.Error.Reason}");
        }
        _admin.Dispose();
    }

    private static DemoBroker Embedded()
    {
        var cluster = new MockCluster();
        cluster.CreateTopic("demo", Partitions);
        return new(Connection.ToEmbedded(cluster.BootstrapServers), "demo", null);
    }
}
