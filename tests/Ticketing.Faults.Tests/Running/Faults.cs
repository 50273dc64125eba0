using System.Collections.Concurrent;
using Ticketing.Messaging;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Carries out faults. Each mends what it broke before it is done.</summary>
internal sealed class Faults(Fleet fleet, RunEnvironment environment, RealKafka kafka, int brokers, PostgresServer postgres, Injector injector)
    : IDisposable
{
    private static readonly TimeSpan Down = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PastSessionTimeout = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan PointPatience = TimeSpan.FromSeconds(5);
    private static readonly string[] Points = [Moments.DocumentsWritten, Moments.EventsAcknowledged, Moments.BatchProcessed];
    private static readonly string[] Joining = ["Orders", "Tickets", "Payments", "Expiration"];

    private readonly ConcurrentDictionary<string, int> _tally = new();
    private readonly SemaphoreSlim _broker = new(1);
    private readonly SemaphoreSlim _store = new(1);

    /// <summary>What was carried out, how often.</summary>
    public string Tally => string.Join(", ", _tally.OrderBy(entry => entry.Key).Select(entry => $"{entry.Value} {entry.Key}"));

    public async Task RunAsync(Fault fault)
    {
        var happened = await HappenAsync(fault) ? $"{fault.Kind}" : "not in time";
        _tally.AddOrUpdate(happened, 1, (_, count) => count + 1);
    }

    private Task<bool> HappenAsync(Fault fault) => fault.Kind switch
    {
        FaultKind.Kill => OnServiceAsync(fault, service => RestartAsync(service, TimeSpan.Zero)),
        FaultKind.KillAtPoint => OnServiceAsync(fault, service => KillAtPointAsync(service, fault.Choice)),
        FaultKind.Freeze => OnServiceAsync(fault, service => service.FreezeAsync(PastSessionTimeout)),
        FaultKind.SlowGateway => OnServiceAsync(fault with { Choice = Index("Payments") }, SlowGatewayAsync),
        FaultKind.StopBroker => AloneAsync(_broker, () => StopBrokerAsync(1 + fault.Choice % brokers)),
        FaultKind.StopStore => AloneAsync(_store, () => new StoreFault(postgres).RunAsync(fault.Choice, Down)),
        FaultKind.JoinAndLeave => DoneAsync(JoinAndLeaveAsync(Joining[fault.Choice % Joining.Length])),
        FaultKind.Poison => DoneAsync(injector.PoisonAsync(fault.Choice)),
        FaultKind.Replay => DoneAsync(injector.ReplayAsync(fault.Choice)),
        _ => throw new InvalidOperationException($"Nobody knows how to {fault.Kind}."),
    };

    public void Dispose()
    {
        _broker.Dispose();
        _store.Dispose();
    }

    private static async Task<bool> DoneAsync(Task fault)
    {
        await fault;
        return true;
    }

    private int Index(string project) => fleet.All.ToList().FindIndex(service => service.Project == project);

    private async Task<bool> OnServiceAsync(Fault fault, Func<ServiceProcess, Task> happen)
    {
        var service = fleet.All[fault.Choice % fleet.All.Count];
        return await AloneAsync(service.Busy, () => happen(service));
    }

    /// <summary>Something that already has trouble is left to it.</summary>
    private static async Task<bool> AloneAsync(SemaphoreSlim busy, Func<Task> happen)
    {
        if (!await busy.WaitAsync(TimeSpan.Zero))
            return false;
        try
        {
            await happen();
            return true;
        }
        finally
        {
            busy.Release();
        }
    }

    /// <returns>Whether it ended by itself.</returns>
    private static async Task<bool> RestartAsync(ServiceProcess service, TimeSpan patience, params (string, string)[] settings)
    {
        var ended = await service.ExitsAsync(patience);
        if (!ended)
            await service.KillAsync();
        service.Start(settings);
        return ended;
    }

    private async Task KillAtPointAsync(ServiceProcess service, int choice)
    {
        var point = service.Project == "Payments" && choice % 2 == 0 ? Moments.EffectPerformed : Points[choice / 7 % Points.Length];
        await RestartAsync(service, TimeSpan.Zero,
            ("DOTNET_STARTUP_HOOKS", RunEnvironment.Program("Ticketing.Faults.Hook")), ("TICKETING_KILL_AT", $"{point}:{1 + choice % 9}"));
        if (await RestartAsync(service, PointPatience))
            _tally.AddOrUpdate($"of it at {point}", 1, (_, count) => count + 1);
    }

    /// <summary>It captures, and its answer comes later than anyone waits for it.</summary>
    private static async Task SlowGatewayAsync(ServiceProcess service)
    {
        await RestartAsync(service, TimeSpan.Zero, ("Payments__GatewayLatency", "00:00:02"));
        await RestartAsync(service, PointPatience);
    }

    private async Task StopBrokerAsync(int number)
    {
        await kafka.KillAsync(number);
        await Task.Delay(Down);
        await kafka.RestartAsync(number);
    }

    private async Task JoinAndLeaveAsync(string project)
    {
        await using var instance = new ServiceProcess(project, 3, environment);
        instance.Start();
        await Task.Delay(PointPatience);
        await instance.StopAsync();
    }
}
