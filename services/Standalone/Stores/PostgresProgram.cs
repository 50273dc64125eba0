using System.Runtime.InteropServices;
using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Stores;

/// <summary>
/// The guard of a private server: the launcher, started again with <see cref="Command"/>, a directory and settings (<c>name=value</c>).
/// It makes the server, says where it is, and ends it when its own standard input ends. Tests start it, too.
/// </summary>
internal static class PostgresProgram
{
    public const string Command = "postgres";

    public static int Run(string directory, IReadOnlyList<string> settings)
    {
        // Where its programs are not found by PostgresInstallation either.
        if (OperatingSystem.IsWindows())
            return 1;
        // Its life is tied to the launcher's by the pipe alone: the services need the store while they stop.
        var ignored = StopSignals.Asking
            .Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true))
            .ToList();
        try
        {
            var cluster = new PostgresCluster(directory);
            cluster.Prepare(durable: !settings.Contains("fsync=off"));
            // From this thread, which lives as long as the process: the system ends the server with the thread that started it.
            var server = new PostgresServer(cluster, settings);
            server.WaitUntilReady();
            Console.WriteLine(ReadyChild.Ready + cluster.ConnectionString(server.Port));
            new Thread(server.StopWithInput) { IsBackground = true }.Start();
            return server.WaitForExit();
        }
        catch (LaunchException broken)
        {
            Console.Error.WriteLine(broken.Message);
            return 1;
        }
        finally
        {
            GC.KeepAlive(ignored);
        }
    }
}
