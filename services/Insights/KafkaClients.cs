using Confluent.Kafka;
using Streamiz.Kafka.Net.Kafka;
using Streamiz.Kafka.Net.Metrics;
using Ticketing.Messaging;

namespace Ticketing.Insights;

/// <summary>The clients of the topology, with the settings that all clients of the shop have (<c>Kafka:</c>).</summary>
internal sealed class KafkaClients(KafkaSettings settings, ILogger logger) : IKafkaSupplier
{
    // Sent by then, or the process has been without a broker for as long as records fit into memory.
    private const int MaxQueued = 1_000_000;

    /// <summary>How many partitions this instance has. With this strategy all of them are given up before others are assigned.</summary>
    public int Partitions { get; private set; }

    /// <summary>The library sets it.</summary>
    public StreamMetricsRegistry? MetricsRegistry { get; set; }

    public IConsumer<byte[], byte[]> GetConsumer(ConsumerConfig config, IConsumerRebalanceListener rebalanceListener) =>
        Build(Consumer(config.GroupId), builder => builder
            .SetPartitionsAssignedHandler((consumer, partitions) =>
            {
                Partitions = partitions.Count;
                rebalanceListener.PartitionsAssigned(consumer, partitions);
            })
            .SetPartitionsRevokedHandler((consumer, partitions) =>
            {
                Partitions = 0;
                rebalanceListener.PartitionsRevoked(consumer, partitions);
            })
            .SetPartitionsLostHandler((consumer, partitions) =>
            {
                Partitions = 0;
                rebalanceListener.PartitionsLost(consumer, partitions);
            }));

    public IConsumer<byte[], byte[]> GetRestoreConsumer(ConsumerConfig config) => Build(Consumer(config.GroupId));

    public IConsumer<byte[], byte[]> GetGlobalConsumer(ConsumerConfig config) => Build(Consumer(config.GroupId));

    public IProducer<byte[], byte[]> GetProducer(ProducerConfig config)
    {
        var own = settings.Producer();
        own.DeliveryReportFields = "status";
        own.LingerMs = 5;
        own.QueueBufferingMaxMessages = MaxQueued;
        return new ProducerBuilder<byte[], byte[]>(own).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => Tell(error)).Build();
    }

    public IAdminClient GetAdmin(AdminClientConfig config) =>
        new AdminClientBuilder(settings.Admin()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private ConsumerConfig Consumer(string group)
    {
        var config = settings.Consumer(group);
        // The library commits, once its stores are written.
        config.EnableAutoCommit = false;
        config.ConsumeResultFields = "all";
        // Partitions of the same number belong together, whatever their topics: tickets and their sales, orders and their payments. Only this strategy sees to it.
        config.GroupProtocol = GroupProtocol.Classic;
        config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range;
        return config;
    }

    private IConsumer<byte[], byte[]> Build(ConsumerConfig config, Action<ConsumerBuilder<byte[], byte[]>>? more = null)
    {
        var builder = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => Tell(error));
        more?.Invoke(builder);
        return builder.Build();
    }

    private void Tell(Error error)
    {
        if (error.IsFatal)
            KafkaStreamsLog.Fatal(logger, error.Code, error.Reason);
    }
}
