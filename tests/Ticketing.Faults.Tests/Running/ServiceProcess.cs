using Ticketing.Testing.Processes;

namespace Ticketing.Faults.Tests.Running;

/// <summary>One instance of a service: its program as a process on a port of its own, which it keeps over restarts.</summary>
internal sealed class ServiceProcess(string project, int number, RunEnvironment environment) : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    private readonly int _port = FreePorts.Take();
    private ChildProcess? _process;

    public string Name { get; } = $"{project.ToLowerInvariant()}-{number}";

    public string Project => project;

    public Uri Url => new($"http://127.0.0.1:{_port}");

    /// <summary>How it ended, if it did; nobody starts one again that ended by itself.</summary>
    public string Ended => _process is { ExitCode: { } code } ? $" ended with {code}" : "";

    /// <summary>Whoever lets something happen to it takes this, so that one thing happens at a time.</summary>
    public SemaphoreSlim Busy { get; } = new(1);

    /// <summary>Starts it, again once it has ended.</summary>
    /// <param name="settings">Besides those of every run, or in their place.</param>
    public async Task StartAsync(params (string Name, string? Value)[] settings)
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = ChildProcess.Start(ChildProgram.Built(project) with
        {
            Environment = environment.Settings(Name, Url).Concat(settings),
            OnLine = line => environment.Log(Name, line),
        });
    }

    /// <summary><c>kill -9</c>.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Sends it a signal, by name.</summary>
    public Task SignalAsync(string signal) => _process!.SignalAsync(signal);

    /// <summary>Asks it to stop; one that does not is killed.</summary>
    public Task EndAsync() => _process!.StopAsync(StopPatience);

    /// <summary>Whether it ends by itself.</summary>
    public Task<bool> ExitsAsync(TimeSpan within) => _process!.EndsAsync(within);

    /// <summary>SIGSTOP, and SIGCONT after a while.</summary>
    public async Task FreezeAsync(TimeSpan time)
    {
        await SignalAsync("STOP");
        await Task.Delay(time);
        await SignalAsync("CONT");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await EndAsync();
            await _process.DisposeAsync();
        }
        Busy.Dispose();
    }
}
