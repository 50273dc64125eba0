using Ticketing.Testing.Processes;
using Ticketing.Tools;

namespace Ticketing.Testing.Stores;

/// <summary>
/// A private PostgreSQL with its data in a temporary directory. It ends with this process at the latest, and is gone when it is disposed of.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("ticketing-postgres-").FullName;
    private readonly int _port = FreePorts.Take();
    private readonly string[] _settings;
    private readonly PostgresCluster _cluster;
    private ChildProcess? _process;

    private PostgresServer(string[] settings) => (_settings, _cluster) = (settings, new PostgresCluster(_directory));

    /// <summary>Whether there is a PostgreSQL to run.</summary>
    public static bool IsAvailable => PostgresCluster.IsInstalled;

    /// <summary>Why tests that need one are skipped where there is none.</summary>
    public const string Missing = PostgresCluster.Missing;

    /// <summary>Where it is; the same after it was started again.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Its process id, of which its other processes are descendants.</summary>
    public int Id => _process!.Id;

    /// <summary>Starts one.</summary>
    /// <param name="settings">As in its configuration, <c>name=value</c>; <c>fsync=off</c> where nothing has to survive the machine.</param>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        var server = new PostgresServer(settings);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Stops it in order, whoever is connected.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;
        await _process.StopAsync(Patience);
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Kills it (<c>kill -9</c>). The next start recovers from its log.</summary>
    public async Task KillAsync()
    {
        await _process!.KillAsync();
        await StopAsync();
    }

    /// <summary>Sends all of its processes a signal: <c>STOP</c> and <c>CONT</c>, or <c>QUIT</c> to end it at once.</summary>
    public Task SignalAsync(string signal) => ProcessTree.SignalAsync([_process!.Id, .. ProcessTree.DescendantsOf(_process.Id)], signal);

    /// <summary>Starts it with the data and on the port that it had.</summary>
    public async Task StartAgainAsync()
    {
        _cluster.Prepare(durable: !_settings.Contains("fsync=off"));
        var command = _cluster.Command(_port, _settings);
        _process = ChildProcess.Start(new(command[0], [.. command.Skip(1)]) { Directory = "/", StopSignal = "INT" });
        await _process.UntilAsync(() => _cluster.IsReady, Patience);
        ConnectionString = _cluster.ConnectionString(_port);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
