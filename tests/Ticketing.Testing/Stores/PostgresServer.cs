using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Ticketing.Standalone.Stores;

namespace Ticketing.Testing.Stores;

/// <summary>
/// A private PostgreSQL, made by the launcher's own program (a test project that uses it must build that), with its data in a temporary
/// directory. It ends with this process at the latest, and is gone when it is disposed of.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("ticketing-postgres-").FullName;
    private readonly string[] _settings;
    private Process? _guard;

    private PostgresServer(string[] settings) => _settings = settings;

    /// <summary>Whether there is a PostgreSQL to run.</summary>
    public static bool IsAvailable => PostgresInstallation.Find() is not null;

    /// <summary>Why tests that need one are skipped where there is none.</summary>
    public const string Missing = PostgresInstallation.Missing;

    /// <summary>Where it is; the same after it was started again.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Starts one.</summary>
    /// <param name="settings">As in its configuration, <c>name=value</c>; <c>fsync=off</c> where nothing has to survive the machine.</param>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        var server = new PostgresServer(settings);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Stops it, in order.</summary>
    public async Task StopAsync()
    {
        if (_guard is not { } guard)
            return;
        guard.StandardInput.Close();
        await guard.WaitForExitAsync().WaitAsync(Patience);
        guard.Dispose();
        _guard = null;
    }

    /// <summary>Kills its guard (<c>kill -9</c>), and with that the server is told to end at once.</summary>
    public async Task KillAsync()
    {
        _guard!.Kill();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
        _guard = null;
    }

    /// <summary>Starts it with the data and on the port that it had.</summary>
    public async Task StartAgainAsync()
    {
        // Beside the tests: artifacts/bin/PROJECT/CONFIGURATION/.
        var configuration = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.Combine(configuration.Parent!.Parent!.FullName, "Ticketing.Standalone", configuration.Name, "Ticketing.Standalone.dll");
        var before = new DbConnectionStringBuilder { ConnectionString = ConnectionString };
        string[] port = before.TryGetValue("Port", out var number) ? [$"port={number}"] : [];
        var errors = new ConcurrentQueue<string?>();
        _guard = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [program, "postgres", _directory, .. _settings, .. port])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _guard.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data);
        _guard.Start();
        _guard.BeginErrorReadLine();
        var ready = await _guard.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        Assert.True(ready?.StartsWith("ready ", StringComparison.Ordinal), $"PostgreSQL did not start: {ready} {string.Join('\n', errors)}");
        ConnectionString = ready!["ready ".Length..];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
