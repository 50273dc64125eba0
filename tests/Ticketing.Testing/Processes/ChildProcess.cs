using System.Collections.Concurrent;
using System.Diagnostics;

namespace Ticketing.Testing.Processes;

/// <summary>A program that a test started. It ends with this process at the latest, even if that is killed with <c>kill -9</c>.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const string Ready = "ready ";

    // A shell becomes the program, so the process id is the program's own. What it leaves beside it waits for the end of our pipe: a line
    // there means that the program has ended, an end without one that we have.
    private const string Guard = """
        signal=$0 guarded=$$
        exec 3<&0 </dev/null
        ({
          read -r _ <&3 && exit
          kill -"$signal" $guarded; kill -CONT $guarded
          for _ in {1..100}; do sleep 0.1; kill -0 $guarded || exit; done
          kill -KILL $guarded
        } &) >/dev/null 2>&1
        exec "$@" 3<&-
        """;

    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(1);

    private readonly ChildProgram _program;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _openStreams = 2;

    private ChildProcess(ChildProgram program)
    {
        _program = program;
        IReadOnlyList<string> command = [program.Path, .. program.Arguments];
        // Windows has neither the shell nor the signals: there a child may outlive a killed test process.
        if (!OperatingSystem.IsWindows())
            command = ["bash", "-c", Guard, program.StopSignal, .. command];
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = program.Directory,
        };
        foreach (var (name, value) in program.Environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => _exited.TrySetResult();
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        Id = _process.Id;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The program's process id.</summary>
    public int Id { get; }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _exited.Task.IsCompleted;

    /// <summary>How it ended; null while it runs.</summary>
    public int? ExitCode => HasExited ? _process.ExitCode : null;

    /// <summary>The lines of both of its streams so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts a program.</summary>
    public static ChildProcess Start(ChildProgram program) => new(program);

    /// <summary>Waits for the line <c>ready …</c>.</summary>
    /// <returns>What follows that word.</returns>
    public async Task<string> ReadyAsync(TimeSpan? limit = null)
    {
        await UntilAsync(() => _ready.Task.IsCompleted, limit);
        return await _ready.Task;
    }

    /// <summary>Waits until the program has done something, such as written a file.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan? limit = null)
    {
        await Eventually.IsAsync(() => condition() || HasExited, () => $"{_program} is not ready.\n{Output}", limit ?? ReadyPatience);
        if (condition())
            return;
        await Task.WhenAny(_outputEnded.Task, Task.Delay(OutputPatience));
        Assert.True(condition(), $"{_program} ended with exit code {_process.ExitCode} before it was ready:\n{Output}");
    }

    /// <summary>Whether it ends within a time.</summary>
    public async Task<bool> EndsAsync(TimeSpan within)
    {
        if (await Task.WhenAny(_exited.Task, Task.Delay(within)) != _exited.Task)
            return false;
        // A descendant may have inherited the streams, and live on.
        await Task.WhenAny(_outputEnded.Task, Task.Delay(OutputPatience));
        return true;
    }

    /// <summary>Waits until it has ended by itself, or as asked.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan limit)
    {
        Assert.True(await EndsAsync(limit), $"{_program} still runs after {limit}:\n{Output}");
        return _process.ExitCode;
    }

    /// <summary>Sends it a signal, by its name: <c>TERM</c>, <c>INT</c>, <c>STOP</c>, <c>CONT</c> and so on.</summary>
    public Task SignalAsync(string signal) => ProcessTree.SignalAsync(Id, signal);

    /// <summary>Kills it (<c>kill -9</c>), and waits until it has ended.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync(StopPatience);
    }

    /// <summary>Asks it to stop, even if it is frozen; kills it when it does not.</summary>
    public async Task StopAsync(TimeSpan? grace = null)
    {
        if (HasExited)
            return;
        if (!OperatingSystem.IsWindows())
        {
            await ProcessTree.TrySignalAsync([Id], _program.StopSignal);
            await ProcessTree.TrySignalAsync([Id], "CONT");
        }
        if (OperatingSystem.IsWindows() || !await EndsAsync(grace ?? StopPatience))
            await KillAsync();
    }

    /// <inheritdoc cref="StopAsync"/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        try
        {
            // Or the guard would signal whoever has the process id next.
            await _process.StandardInput.WriteLineAsync();
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // There is no guard (any more).
        }
        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            if (Interlocked.Decrement(ref _openStreams) == 0)
                _outputEnded.TrySetResult();
            return;
        }
        _output.Enqueue(line);
        _program.OnLine?.Invoke(line);
        if (line.StartsWith(Ready, StringComparison.Ordinal))
            _ready.TrySetResult(line[Ready.Length..]);
    }
}
