using System.Diagnostics;

namespace Ticketing.Faults.Tests.Running;

/// <summary>One instance of a service: its program as a process on a port of its own, which it keeps over restarts.</summary>
internal sealed class ServiceProcess(string project, int number, RunEnvironment environment) : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    private readonly int _port = RunEnvironment.FreePort();
    private Process? _process;

    public string Name { get; } = $"{project.ToLowerInvariant()}-{number}";

    public string Project => project;

    public Uri Url => new($"http://127.0.0.1:{_port}");

    /// <summary>How it ended, if it did; nobody starts one again that ended by itself.</summary>
    public string Ended => _process is { HasExited: true } ? $" ended with {_process.ExitCode}" : "";

    /// <summary>Whoever lets something happen to it takes this, so that one thing happens at a time.</summary>
    public SemaphoreSlim Busy { get; } = new(1);

    /// <param name="settings">Besides those of every run, or in their place.</param>
    public void Start(params (string Name, string Value)[] settings)
    {
        _process?.Dispose();
        var start = new ProcessStartInfo("dotnet", [RunEnvironment.Program(project)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment.Settings(Name, Url).Concat(settings))
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => environment.Log(Name, line.Data);
        _process.ErrorDataReceived += (_, line) => environment.Log(Name, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends it a signal, by name.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, as SIGTERM does; one that does not is killed.</summary>
    public async Task EndAsync()
    {
        _process!.StandardInput.Close();
        if (!await ExitsAsync(StopPatience))
            await KillAsync();
    }

    /// <summary>Whether it ends by itself.</summary>
    public async Task<bool> ExitsAsync(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        await _process!.WaitForExitAsync(patience.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        return _process.HasExited;
    }

    /// <summary>SIGSTOP, and SIGCONT after a while, by a shell: it wakes up even if the harness is gone by then.</summary>
    public async Task FreezeAsync(TimeSpan time)
    {
        using var shell = Process.Start("bash", ["-c", $"kill -STOP {_process!.Id}; sleep {time.TotalSeconds:0}; kill -CONT {_process.Id}"]);
        await shell.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await EndAsync();
        _process?.Dispose();
        Busy.Dispose();
    }
}
