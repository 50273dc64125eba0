using System.Collections.Concurrent;
using System.Diagnostics;
using Ticketing.Scenarios.Client;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests.Launching;

/// <summary>The launcher as a user starts it, in a run directory and on ports of its own. It ends with this process at the latest.</summary>
internal sealed class LauncherProcess : IAsyncDisposable
{
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _runDirectory;
    private readonly int _portBase;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;

    private bool _continued;

    private LauncherProcess(int portBase, string[] options, IEnumerable<(string Name, string Value)> settings, string? runDirectory = null)
    {
        _portBase = portBase;
        _runDirectory = runDirectory ?? Directory.CreateTempSubdirectory("ticketing-run-").FullName;
        _process = new Process { StartInfo = LauncherProgram.StartInfo(portBase, _runDirectory, options, settings) };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string EndpointsFile => Path.Combine(_runDirectory, "endpoints.json");

    /// <summary>Both of its streams.</summary>
    public string Output => string.Join('\n', _output);

    public static LauncherProcess Start(params string[] options) => new(PortRange.Base(), options, []);

    public static LauncherProcess StartOn(int portBase) => new(portBase, [], []);

    /// <param name="hold">How long an unpaid order holds its seats.</param>
    /// <param name="settings">Environment variables, which the services inherit.</param>
    public static LauncherProcess StartWith(TimeSpan hold, params (string Name, string Value)[] settings) =>
        new(PortRange.Base(), ["--hold", $"{hold}"], settings);

    /// <summary>Waits until everything is up.</summary>
    public async Task<ShopEndpoints> ReadyAsync()
    {
        await Eventually.IsAsync(() => File.Exists(EndpointsFile) || _process.HasExited, () => Output, Patience);
        Assert.False(_process.HasExited, $"The launcher ended:\n{Output}");
        return ShopEndpoints.Parse(await File.ReadAllTextAsync(EndpointsFile));
    }

    /// <summary>Its exit code, when it has ended.</summary>
    public async Task<int> ExitAsync(TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(_process.HasExited, $"The launcher still runs after {limit}:\n{Output}");
        return _process.ExitCode;
    }

    public void Kill() => _process.Kill();

    /// <summary>Starts another in the same run directory and on the same ports, when this one has ended.</summary>
    public Task<LauncherProcess> ContinueAsync(params string[] options) => ContinueAsync(options, []);

    /// <inheritdoc cref="ContinueAsync(string[])"/>
    public async Task<LauncherProcess> ContinueAsync(string[] options, params (string Name, string Value)[] settings)
    {
        await ExitAsync(StopLimit);
        File.Delete(EndpointsFile);
        _continued = true;
        return new LauncherProcess(_portBase, options, settings, _runDirectory);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await ExitAsync(2 * StopLimit);
        _process.Dispose();
        if (!_continued)
            Directory.Delete(_runDirectory, recursive: true);
    }

    private void Note(string? line)
    {
        if (line is not null)
            _output.Enqueue(line);
    }
}
