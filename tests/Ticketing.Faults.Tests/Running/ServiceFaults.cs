using System.Diagnostics;
using Ticketing.Messaging;
using Ticketing.Testing.Processes;

namespace Ticketing.Faults.Tests.Running;

/// <summary>What happens to instances of services.</summary>
internal sealed class ServiceFaults(Fleet fleet, RunEnvironment environment)
{
    private static readonly TimeSpan PastSessionTimeout = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Visit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    // To start, become a member of its groups, and get there.
    private static readonly TimeSpan PointPatience = TimeSpan.FromSeconds(15);

    // Accounts publishes little and consumes nothing: its points are not reached soon.
    private static readonly string[] Publishing = ["Orders", "Tickets", "Payments", "Expiration"];

    private static readonly string[] Consuming = [.. Publishing, "Notifications"];

    public Task<bool> RunAsync(Fault fault) => fault.Kind switch
    {
        FaultKind.Kill => OnAsync(fleet.All, fault, KillAsync),
        FaultKind.Freeze => OnAsync(fleet.All, fault, FreezeAsync),
        FaultKind.DieBeforePublishing => DieAsync(fault, Moments.DocumentsWritten, Consuming),
        FaultKind.DieBeforeMarking => DieAsync(fault, Moments.EventsAcknowledged, Publishing),
        FaultKind.DieBeforeCommitting => DieAsync(fault, Moments.BatchProcessed, Consuming),
        FaultKind.DieBeforeRecording => DieAsync(fault, Moments.EffectPerformed, "Payments"),
        FaultKind.DieBeforeTakingOver => DieAsync(fault, Moments.ProviderAsked, "Payments"),
        FaultKind.DieBeforeHandling => DieAsync(fault, Moments.NewsStored, "Payments"),
        FaultKind.DieBeforeMailing => DieAsync(fault, Moments.MailClaimed, "Notifications"),
        FaultKind.DieAfterMailing => DieAsync(fault, Moments.MailSent, "Notifications"),
        FaultKind.StopEverything => EverythingAsync("TERM"),
        FaultKind.KillEverything => EverythingAsync("KILL"),
        FaultKind.JoinAndLeave => JoinAndLeaveAsync(Consuming[fault.Choice % Consuming.Length]),
        _ => throw new InvalidOperationException($"{fault.Kind} happens to no service."),
    };

    private List<ServiceProcess> Instances(params string[] projects) => [.. fleet.All.Where(instance => projects.Contains(instance.Project))];

    private static Task<bool> OnAsync(IReadOnlyList<ServiceProcess> instances, Fault fault, Func<ServiceProcess, Task<bool>> happen)
    {
        // The next one if the one that was meant has other trouble.
        var order = Enumerable.Range(0, instances.Count).Select(i => instances[(fault.Choice + i) % instances.Count]).ToList();
        var instance = order.Find(free => free.Busy.CurrentCount > 0) ?? order[0];
        return Faults.AloneAsync(instance.Busy, () => happen(instance));
    }

    private static async Task<bool> KillAsync(ServiceProcess instance)
    {
        await instance.KillAsync();
        await instance.StartAsync();
        return true;
    }

    private static async Task<bool> FreezeAsync(ServiceProcess instance)
    {
        await instance.FreezeAsync(PastSessionTimeout);
        return true;
    }

    private Task<bool> DieAsync(Fault fault, string point, params string[] projects) => OnAsync(Instances(projects), fault, async instance =>
    {
        // Asked to stop, so that its partitions are free for it at once when it comes back.
        await instance.EndAsync();
        await instance.StartAsync(
            ("DOTNET_STARTUP_HOOKS", ChildProgram.BuiltPath("Ticketing.Faults.Hook")), ("TICKETING_KILL_AT", $"{point}:{1 + fault.Choice % 4}"));
        var died = await instance.ExitsAsync(PointPatience);
        if (!died)
            await instance.KillAsync();
        await instance.StartAsync();
        return died;
    });

    private async Task<bool> EverythingAsync(string signal)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(fleet.All.Select(instance => instance.SignalAsync(signal)));
        var ended = await Task.WhenAll(fleet.All.Select(instance => instance.ExitsAsync(StopLimit)));
        environment.Log("faults", $"SIG{signal} of everything took {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        Assert.All(fleet.All.Zip(ended), one => Assert.True(one.Second, $"{one.First.Name} still runs {StopLimit} after SIG{signal}."));
        foreach (var instance in fleet.All)
            await instance.StartAsync();
        return true;
    }

    private async Task<bool> JoinAndLeaveAsync(string project)
    {
        await using var instance = new ServiceProcess(project, 3, environment);
        await instance.StartAsync();
        await Task.Delay(Visit);
        return true;
    }
}
