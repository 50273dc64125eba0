using System.Diagnostics;

namespace Ticketing.Standalone.Children;

/// <summary>A running child: its output goes to the log line by line, and closing its standard input asks it to end.</summary>
internal sealed class ChildProcess
{
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly PrefixedLog _log;
    private readonly RecentLines _recent = new();

    /// <param name="program">What to run.</param>
    /// <param name="log">Takes the lines of its output.</param>
    /// <param name="onOutput">Takes those of its standard output in the log's stead.</param>
    public ChildProcess(ChildProgram program, PrefixedLog log, Action<string>? onOutput = null)
    {
        if (!File.Exists(program.Path))
            throw new LaunchException($"{program.Name} is not built: there is no {program.Path}");
        Name = program.Name;
        _log = log;
        _process = Process.Start(program.StartInfo())!;
        Exited = WaitForExitAsync(
            Pump(_process.StandardOutput, onOutput ?? log.Output(Name)),
            Pump(_process.StandardError, log.Error(Name)));
    }

    public string Name { get; }

    /// <summary>Its exit code, once it has ended and its last lines are in the log.</summary>
    public Task<int> Exited { get; }

    /// <summary>The last lines of its log, indented, to go with an error message.</summary>
    public string LastLines => _recent.ToString();

    public async Task StopAsync(TimeSpan grace)
    {
        _process.StandardInput.Close();
        await Task.WhenAny(Exited, Task.Delay(grace));
        if (!Exited.IsCompleted)
        {
            _log.Error(Name)($"did not stop within {grace.TotalSeconds} s and is killed");
            _process.Kill(entireProcessTree: true);
        }
        await Exited;
    }

    // Reading a pipe blocks: a dozen of them on pool threads would starve everything else on a small machine.
    private Task Pump(StreamReader pipe, Action<string> write) => Task.Factory.StartNew(
        () =>
        {
            while (pipe.ReadLine() is { } line)
            {
                _recent.Add(line);
                write(line);
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private async Task<int> WaitForExitAsync(params Task[] pumps)
    {
        await _process.WaitForExitAsync();
        // A process that the child left behind may hold the pipes open.
        await Task.WhenAny(Task.WhenAll(pumps), Task.Delay(OutputGrace));
        return _process.ExitCode;
    }
}
