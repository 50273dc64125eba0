using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Kafka;

/// <summary>A Kafka that somebody else runs: only the topics that it lacks are created.</summary>
internal sealed class ExistingKafka(string bootstrapServers) : IKafka
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(1);

    public string BootstrapServers => bootstrapServers;

    public IReadOnlyDictionary<string, string> ClientSettings { get; } = new Dictionary<string, string>();

    public IReadOnlyList<ChildProcess> Children => [];

    public static async Task<IKafka> PrepareAsync(string bootstrapServers, CancellationToken stop)
    {
        // Our one error says it; the client's own log of every attempt would bury it.
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers })
            .SetLogHandler((_, _) => { })
            .Build();
        try
        {
            var existing = await ReachAsync(admin, stop);
            await CreateAsync(admin, TopicLayout.All.ExceptBy(existing.Topics.Select(topic => topic.Topic), topic => topic.Name));
            return new ExistingKafka(bootstrapServers);
        }
        catch (KafkaException failed)
        {
            throw new LaunchException($"Kafka at {bootstrapServers} cannot be used: {failed.Error.Reason}", failed);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // In short attempts, because none of them can be cancelled. The connections stay, so a slow broker is not started over.
    private static async Task<Metadata> ReachAsync(IAdminClient admin, CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                return await Task.Run(() => admin.GetMetadata(Attempt), stop);
            }
            catch (KafkaException) when (TimeProvider.System.GetElapsedTime(started) < Patience)
            {
                // Not yet.
            }
        }
    }

    private static async Task CreateAsync(IAdminClient admin, IEnumerable<TopicLayout> missing)
    {
        // -1 leaves the replication factor to the broker.
        var specifications = missing
            .Select(topic => new TopicSpecification { Name = topic.Name, NumPartitions = topic.Partitions, ReplicationFactor = -1 })
            .ToList();
        if (specifications.Count == 0)
            return;
        try
        {
            await admin.CreateTopicsAsync(specifications, new CreateTopicsOptions { RequestTimeout = Patience });
        }
        catch (CreateTopicsException failed) when (failed.Results.TrueForAll(IsThere))
        {
            // Somebody else was faster.
        }
    }

    private static bool IsThere(CreateTopicReport report) =>
        report.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists;
}
