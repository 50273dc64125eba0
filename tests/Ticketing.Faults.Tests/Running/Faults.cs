using System.Collections.Concurrent;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Carries out faults. Each mends what it broke before it is done.</summary>
internal sealed class Faults(
    Fleet fleet, RunEnvironment environment, RealKafka kafka, int brokers, PostgresServer postgres, Injector injector) : IDisposable
{
    private static readonly TimeSpan Down = TimeSpan.FromSeconds(1);

    private readonly ServiceFaults _services = new(fleet, environment);
    private readonly ConcurrentDictionary<string, int> _tally = new();
    private readonly SemaphoreSlim _broker = new(1);
    private readonly SemaphoreSlim _store = new(1);

    /// <summary>What happened, how often.</summary>
    public IReadOnlyDictionary<string, int> Tally => _tally;

    public async Task RunAsync(Fault fault)
    {
        var what = await HappenAsync(fault) ? $"{fault.Kind}" : $"{fault.Kind} without effect";
        environment.Log("faults", $"{fault}: {what}");
        _tally.AddOrUpdate(what, 1, (_, count) => count + 1);
    }

    public void Dispose()
    {
        _broker.Dispose();
        _store.Dispose();
    }

    /// <summary>Something that already has trouble is left to it.</summary>
    /// <returns>Whether it happened.</returns>
    public static async Task<bool> AloneAsync(SemaphoreSlim busy, Func<Task<bool>> happen)
    {
        if (!await busy.WaitAsync(TimeSpan.Zero))
            return false;
        try
        {
            return await happen();
        }
        finally
        {
            busy.Release();
        }
    }

    private Task<bool> HappenAsync(Fault fault) => fault.Kind switch
    {
        FaultKind.StopBroker => AloneAsync(_broker, () => StopBrokerAsync(1 + fault.Choice % brokers)),
        FaultKind.StopStore => AloneAsync(_store, () => new StoreFault(postgres).RunAsync(fault.Choice, Down)),
        FaultKind.Poison => injector.PoisonAsync(fault.Choice),
        FaultKind.Replay => injector.ReplayAsync(fault.Choice),
        _ => _services.RunAsync(fault),
    };

    private async Task<bool> StopBrokerAsync(int number)
    {
        await kafka.KillAsync(number);
        await Task.Delay(Down);
        await kafka.RestartAsync(number);
        return true;
    }
}
