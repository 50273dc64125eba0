using Confluent.Kafka;
using Microsoft.Extensions.Configuration;

namespace Ticketing.Messaging;

/// <summary>
/// How to reach the broker: connection string <c>kafka</c> or <c>KAFKA_BROKERS</c> (comma-separated), and everything under
/// <c>Kafka:</c> by the names of <see cref="ClientConfig"/>'s properties, such as <c>Kafka:SaslMechanism</c>.
/// </summary>
public sealed class KafkaSettings(IConfiguration configuration)
{
    // The runtime's promises depend on these.
    private static readonly (string Name, string Value)[] Fixed =
        [("EnableIdempotence", "true"), ("Acks", "All"), ("EnableAutoCommit", "true"), ("EnableAutoOffsetStore", "false")];

    private const int MaxPrefix = 60;

    private readonly IConfigurationSection _section = Checked(configuration.GetSection("Kafka"));

    /// <summary>The brokers, <c>host:port</c>, comma-separated.</summary>
    /// <exception cref="InvalidOperationException">Neither setting is there.</exception>
    public string BootstrapServers { get; } =
        configuration.GetConnectionString("kafka") ?? configuration["KAFKA_BROKERS"]
        ?? throw new InvalidOperationException("No broker: set ConnectionStrings:kafka or KAFKA_BROKERS to host:port.");

    /// <summary>Copies of each partition of a topic that is created: <c>Kafka:ReplicationFactor</c>; -1 is the broker's default.</summary>
    public short ReplicationFactor { get; } = configuration.GetValue<short>("Kafka:ReplicationFactor", -1);

    /// <summary>Partitions of a topic that is created: <c>Kafka:Partitions</c>. More instances of a service than this share no more work.</summary>
    public int Partitions { get; } = configuration.GetValue("Kafka:Partitions", KafkaNames.Partitions);

    /// <summary>
    /// What the names of topics, groups and clients on the cluster begin with: <c>Kafka:Prefix</c>, none by default. Shops that share a cluster
    /// need one each.
    /// </summary>
    public string Prefix { get; } = configuration["Kafka:Prefix"] ?? "";

    /// <summary>The name that a topic or a group has on the cluster.</summary>
    public string Name(string name) => Prefix + name;

    /// <summary>A client that manages topics.</summary>
    public AdminClientConfig Admin()
    {
        var config = new AdminClientConfig();
        Bind(config);
        return config;
    }

    /// <summary>A producer that loses nothing, repeats nothing and keeps the order: idempotent, acknowledged by all in-sync replicas.</summary>
    public ProducerConfig Producer()
    {
        var config = new ProducerConfig
        {
            // No waiting for a batch to fill: while earlier requests are in flight, the next batch fills by itself.
            LingerMs = 0,
            DeliveryReportFields = "none",
            // Never given up while the broker is away: giving up one event would let the next of its key overtake it.
            MessageTimeoutMs = 0,
            // Java's choice of partition, so that a publisher in any language puts a key where ours does.
            Partitioner = Partitioner.Murmur2Random,
            SocketNagleDisable = true,
            // The broker would make it with as many partitions as it thinks fit. TopicCreation makes it.
            AllowAutoCreateTopics = false,
            // How long Confluent.Kafka's thread waits at most for something to do, and so its end.
            CancellationDelayMaxMs = 250,
        };
        Bind(config);
        config.EnableIdempotence = true;
        config.Acks = Acks.All;
        return config;
    }

    /// <summary>A consumer that commits only what the runtime says is safe.</summary>
    /// <param name="group">The group's name on the cluster.</param>
    public ConsumerConfig Consumer(string group)
    {
        var config = new ConsumerConfig
        {
            AutoOffsetReset = AutoOffsetReset.Earliest,
            AutoCommitIntervalMs = 1000,
            TopicMetadataRefreshIntervalMs = 10_000,
            // How long the broker holds a fetch that finds nothing. A partition that a member gains meanwhile waits for the next fetch.
            FetchWaitMaxMs = 750,
            ConsumeResultFields = "headers,timestamp",
            SocketNagleDisable = true,
        };
        Bind(config);
        // The consumer protocol (KIP-848) leaves these to the broker.
        if (config.GroupProtocol != GroupProtocol.Consumer)
        {
            config.PartitionAssignmentStrategy ??= PartitionAssignmentStrategy.CooperativeSticky;
            // With a heartbeat a member learns that others join or leave, and partitions on their way from one to the other wait for that. A
            // member that leaves is replaced within little more than this (measured); more often costs an idle shop more than anything else.
            config.HeartbeatIntervalMs ??= 1000;
            // How long a group waits for a member that died. After a longer outage of the broker, all members join as new ones, and the group waits this long
            // for the old ones. A static member may be away for a restart, so it keeps the client's default of 45 s.
            if (config.GroupInstanceId is null)
                config.SessionTimeoutMs ??= 15_000;
        }
        config.GroupId = group;
        // Where nothing numbers the instances, each has the name of its host: shop-%HOSTNAME%.
        if (config.GroupInstanceId is { } member)
            config.GroupInstanceId = Environment.ExpandEnvironmentVariables(member);
        // Stored offsets are committed in the background and when partitions are given up; the runtime stores them when all is written.
        config.EnableAutoCommit = true;
        config.EnableAutoOffsetStore = false;
        return config;
    }

    private void Bind(ClientConfig config)
    {
        _section.Bind(config);
        config.BootstrapServers = BootstrapServers;
        if (Prefix.Length > 0)
            config.ClientId = Name(config.ClientId ?? "ticketing");
    }

    /// <exception cref="InvalidOperationException">A setting excludes another, or what the runtime promises.</exception>
    private static IConfigurationSection Checked(IConfigurationSection section)
    {
        if (section["BootstrapServers"] is not null)
            throw new InvalidOperationException("Kafka:BootstrapServers is not read: set ConnectionStrings:kafka.");
        if (section["GroupId"] is not null)
            throw new InvalidOperationException("Kafka:GroupId is not read: the service names its groups.");
        if (section["Prefix"] is { } prefix && (prefix.Length > MaxPrefix || !prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')))
            throw new InvalidOperationException($"Kafka:Prefix must have at most {MaxPrefix} letters, digits, '.', '_' and '-'.");
        if (section["Partitions"] is { } partitions && !(int.TryParse(partitions, out var count) && count > 0))
            throw new InvalidOperationException("Kafka:Partitions must be a whole number of 1 or more.");
        foreach (var (name, value) in Fixed)
            if (section[name] is { } other && !string.Equals(other, value, StringComparison.OrdinalIgnoreCase))
                throw new InvalidOperationException($"Kafka:{name} must be {value}, or events could be lost or change their order.");
        if (string.Equals(section["GroupProtocol"], "Consumer", StringComparison.OrdinalIgnoreCase))
        {
            foreach (var name in (string[])["PartitionAssignmentStrategy", "SessionTimeoutMs", "HeartbeatIntervalMs", "GroupProtocolType"])
                if (section[name] is not null)
                    throw new InvalidOperationException($"Kafka:{name} cannot be set with Kafka:GroupProtocol=Consumer: the broker decides it.");
        }
        return section;
    }
}
