using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Kafka;

/// <summary>The launcher's side of the embedded broker, which is a child process.</summary>
internal sealed class EmbeddedBroker(ChildProcess process, string bootstrapServers) : IKafka
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    public string BootstrapServers => bootstrapServers;

    // The mock cluster answers a fetch that found nothing when its time is up, not when a record comes: the default is 500 ms.
    public IReadOnlyDictionary<string, string> ClientSettings { get; } = new Dictionary<string, string> { ["FetchWaitMaxMs"] = "10" };

    public IReadOnlyList<ChildProcess> Children => [process];

    public static async Task<IKafka> StartAsync(PrefixedLog log, CancellationToken stop)
    {
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var program = new ChildProgram("broker", Artifacts.Launcher, [BrokerProgram.Command], new Dictionary<string, string>());
        var process = new ChildProcess(program, log, line => ready.TrySetResult(line));
        try
        {
            var line = ready.Task.WaitAsync(StartPatience, stop);
            await new ChildWatch([process]).WhileAllRunAsync(line, stop);
            return new EmbeddedBroker(process, BrokerProgram.ReadReadyLine(await line));
        }
        catch (Exception failure)
        {
            await process.StopAsync(StopGrace);
            if (failure is TimeoutException)
                throw new LaunchException($"broker is not ready after {StartPatience.TotalSeconds} s{process.LastLines}", failure);
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await process.StopAsync(StopGrace);
}
