using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Ticketing.Standalone.Stores;

/// <summary>A running server on a port of its own.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PostgresServer
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    private readonly PostgresCluster _cluster;
    private readonly Process _process;

    /// <param name="cluster">Its files.</param>
    /// <param name="settings">As in its configuration, <c>name=value</c>.</param>
    public PostgresServer(PostgresCluster cluster, IReadOnlyList<string> settings)
    {
        _cluster = cluster;
        Port = settings.LastOrDefault(setting => setting.StartsWith("port=", StringComparison.Ordinal))?["port=".Length..] ?? FreePort();
        // For every instance that --replicas may ask for, with a full pool each.
        // It says nothing but why it ends.
        _process = Programs.Start(cluster.Command(
            [
                "listen_addresses=127.0.0.1", "unix_socket_directories=", "log_min_messages=fatal", "max_connections=700", "autovacuum_naptime=15s",
                .. settings, $"port={Port}",
            ]));
    }

    public string Port { get; }

    /// <exception cref="LaunchException">It ended, or is not ready in time.</exception>
    public void WaitUntilReady()
    {
        for (var started = Stopwatch.GetTimestamp(); !IsReady(); Thread.Sleep(20))
        {
            if (_process.HasExited)
                throw new LaunchException($"PostgreSQL ended with exit code {_process.ExitCode}");
            if (Stopwatch.GetElapsedTime(started) > StartPatience)
                throw new LaunchException($"PostgreSQL is not ready after {StartPatience.TotalSeconds} s");
        }
    }

    public int WaitForExit()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Waits until this process's standard input ends, and ends the server.</summary>
    public void StopWithInput()
    {
        StdinLifetime.WaitForEnd();
        Signals.Send(_process.Id, Signals.Interrupt);
        if (!_process.WaitForExit(StopGrace))
            Signals.Send(_process.Id, Signals.Quit);
    }

    // The last line of its lock file says so, as pg_ctl knows.
    private bool IsReady()
    {
        var file = Path.Combine(_cluster.Data, "postmaster.pid");
        return File.Exists(file) && File.ReadAllLines(file) is [_, _, _, _, _, _, _, var status, ..] && status.Trim() == "ready";
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
