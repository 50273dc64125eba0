using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Kafka;

/// <summary>The launcher's side of the embedded broker, which is a child process.</summary>
internal sealed class EmbeddedBroker(ChildProcess process, string bootstrapServers) : IKafka
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    public string BootstrapServers => bootstrapServers;

    // The mock cluster answers a fetch that found nothing when its time is up, not when a record comes: the default is 500 ms.
    public IReadOnlyDictionary<string, string> ClientSettings { get; } = new Dictionary<string, string>
    {
        ["Kafka:FetchWaitMaxMs"] = "10",
        // It also lets nobody join a group that a member has just left, until that member's session would have timed out.
        ["Kafka:SessionTimeoutMs"] = "6000",
        // A crash takes its events with it, so the less they wait the better.
        ["Messaging:Linger"] = "00:00:00",
    };

    public IReadOnlyList<ChildProcess> Children => [process];

    public static async Task<IKafka> StartAsync(PrefixedLog log, CancellationToken stop)
    {
        var program = new ChildProgram("broker", Artifacts.Launcher, [BrokerProgram.Command], new Dictionary<string, string>());
        var (process, bootstrapServers) = await ReadyChild.StartAsync(program, log, StartPatience, StopGrace, stop);
        return new EmbeddedBroker(process, bootstrapServers);
    }

    public async ValueTask DisposeAsync() => await process.StopAsync(StopGrace);
}
