using Ticketing.Scenarios.Client;
using Ticketing.Testing;
using Ticketing.Testing.Processes;

namespace Ticketing.Scenarios.Launching;

/// <summary>The AppHost as a user starts it, in a run directory and on ports of its own. It ends with this process at the latest.</summary>
public sealed class AppHostProcess : IAsyncDisposable
{
    /// <summary>How long a stop may take.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    // The dashboard, the first instances, as many others as any test asks for, and the Stripe simulator.
    private const int Ports = 13;

    private readonly string _runDirectory;
    private readonly int _portBase;
    private readonly ChildProcess _process;

    private bool _continued;

    private AppHostProcess(
        int portBase, IReadOnlyCollection<string> options, string? runDirectory = null, IEnumerable<(string Name, string? Value)>? settings = null)
    {
        _portBase = portBase;
        _runDirectory = runDirectory ?? Directory.CreateTempSubdirectory("ticketing-run-").FullName;
        // Whatever runs on this machine besides.
        string[] mode = options.Contains("--mode") ? [] : ["--mode", "embedded"];
        string[] arguments = ["--port-base", $"{portBase}", "--run-dir", _runDirectory, .. mode, .. options];
        _process = ChildProcess.Start(ChildProgram.Built("Ticketing.AppHost", arguments) with { Environment = [ShopSettings.CheapPasswords, .. settings ?? []] });
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Where it tells its endpoints.</summary>
    public string EndpointsFile => Path.Combine(_runDirectory, "endpoints.json");

    /// <summary>Both of its streams.</summary>
    public string Output => _process.Output;

    /// <summary>Starts one without a dashboard.</summary>
    public static AppHostProcess Start(params string[] options) => new(FreePorts.Take(Ports), ["--dashboard", "false", .. options]);

    /// <summary>Starts one without a dashboard, with a setting in its environment.</summary>
    public static AppHostProcess StartWith((string Name, string? Value) setting, params string[] options) =>
        new(FreePorts.Take(Ports), ["--dashboard", "false", .. options], settings: [setting]);

    /// <summary>Starts one with its dashboard.</summary>
    public static AppHostProcess StartWithDashboard(params string[] options) => new(FreePorts.Take(Ports), options);

    /// <summary>Starts one on these ports.</summary>
    public static AppHostProcess StartOn(int portBase) => new(portBase, ["--dashboard", "false"]);

    /// <summary>A port base whose ports are free.</summary>
    public static int FreePortBase() => FreePorts.Take(Ports);

    /// <summary>Waits until everything is healthy.</summary>
    public async Task<ShopEndpoints> ReadyAsync()
    {
        await _process.UntilAsync(() => File.Exists(EndpointsFile), StartLimit);
        return ShopEndpoints.Parse(await File.ReadAllTextAsync(EndpointsFile));
    }

    /// <summary>Everything that it started, down to the last child. Its orchestrator is in a session of its own, and watches it by its number.</summary>
    public IReadOnlyList<int> Descendants()
    {
        var orchestrators = ProcessTree.WithArguments("--monitor", $"{Id}");
        return [.. orchestrators.SelectMany(orchestrator => (int[])[orchestrator, .. ProcessTree.DescendantsOf(orchestrator)])];
    }

    /// <summary>Sends it a signal, by its name.</summary>
    public Task SignalAsync(string signal) => _process.SignalAsync(signal);

    /// <summary>Kills it (<c>kill -9</c>).</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Its exit code, when it has ended.</summary>
    public Task<int> ExitAsync(TimeSpan limit) => _process.ExitAsync(limit);

    /// <summary>Starts another in the same run directory and on the same ports, when this one has ended.</summary>
    public async Task<AppHostProcess> ContinueAsync(params string[] options)
    {
        await ExitAsync(3 * StopLimit);
        File.Delete(EndpointsFile);
        _continued = true;
        return new AppHostProcess(_portBase, ["--dashboard", "false", .. options], _runDirectory);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (!_continued)
            Directory.Delete(_runDirectory, recursive: true);
    }
}
