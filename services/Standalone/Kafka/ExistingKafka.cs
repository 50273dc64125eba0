using Confluent.Kafka;
using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Kafka;

/// <summary>A Kafka that somebody else runs: the services create the topics that it lacks.</summary>
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
            await ReachAsync(admin, stop);
            return new ExistingKafka(bootstrapServers);
        }
        catch (KafkaException failed)
        {
            throw new LaunchException($"Kafka at {bootstrapServers} cannot be used: {failed.Error.Reason}", failed);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // In short attempts, because none of them can be cancelled. The connections stay, so a slow broker is not started over.
    private static async Task ReachAsync(IAdminClient admin, CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                await Task.Run(() => admin.GetMetadata(Attempt), stop);
                return;
            }
            catch (KafkaException) when (TimeProvider.System.GetElapsedTime(started) < Patience)
            {
                // Not yet.
            }
        }
    }
}
