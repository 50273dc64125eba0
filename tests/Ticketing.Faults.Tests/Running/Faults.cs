using System.Collections.Concurrent;
using Ticketing.Testing.Stores;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Carries out faults. Each mends what it broke before it is done.</summary>
internal sealed class Faults(
    Fleet fleet, RunEnvironment environment, RunBroker broker, PostgresServer postgres, Injector injector, LogFaults logs) : IDisposable
{
    private static readonly TimeSpan Down = TimeSpan.FromSeconds(1);

    private readonly ServiceFaults _services = new(fleet, environment);
    private readonly StripeFaults _stripe = new(fleet.Stripe);
    private readonly ConcurrentDictionary<string, int> _tally = new();
    private readonly SemaphoreSlim _broker = new(1);
    private readonly SemaphoreSlim _store = new(1);

    // An old event that comes again was read from the log to which it is written.
    private readonly SemaphoreSlim _records = new(1);

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
        _stripe.Dispose();
        _broker.Dispose();
        _store.Dispose();
        _records.Dispose();
    }

    /// <summary>Something that already has trouble is left to it.</summary>
    /// <returns>Whether it happened.</returns>
    public static async Task<bool> AloneAsync(SemaphoreSlim busy, Func<Task<bool>> happen) =>
        await busy.WaitAsync(TimeSpan.Zero) && await HeldAsync(busy, happen);

    /// <summary>One after the other.</summary>
    /// <returns>Whether it happened.</returns>
    public static async Task<bool> InTurnAsync(SemaphoreSlim busy, Func<Task<bool>> happen)
    {
        await busy.WaitAsync();
        return await HeldAsync(busy, happen);
    }

    private static async Task<bool> HeldAsync(SemaphoreSlim busy, Func<Task<bool>> happen)
    {
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
        FaultKind.StopBroker => AloneAsync(_broker, () => broker.StopAsync(fault.Choice)),
        FaultKind.StopStore => AloneAsync(_store, () => new StoreFault(postgres).RunAsync(fault.Choice, Down)),
        FaultKind.Poison => injector.PoisonAsync(fault.Choice),
        FaultKind.Replay => InTurnAsync(_records, () => injector.ReplayAsync(fault.Choice)),
        FaultKind.LoseTopic => LoseAsync(() => logs.DeleteTopicAsync(fault.Choice)),
        FaultKind.LoseRecords => LoseAsync(() => logs.DeleteRecordsAsync(fault.Choice)),
        FaultKind.LoseBroker => LoseAsync(logs.LoseBrokerAsync),
        >= FaultKind.SlowGateway and <= FaultKind.FreezeStripe => _stripe.RunAsync(fault),
        _ => _services.RunAsync(fault),
    };

    // The broker is there meanwhile, as it has to obey.
    private Task<bool> LoseAsync(Func<Task<bool>> lose) => InTurnAsync(_broker, () => InTurnAsync(_records, lose));
}
