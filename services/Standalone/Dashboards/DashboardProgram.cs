using System.Runtime.InteropServices;
using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Dashboards;

/// <summary>
/// The guard of the dashboard: the launcher, started again with <see cref="Command"/>, the Aspire CLI and the dashboard's three URLs. It
/// starts the dashboard, which does not read its standard input, and ends it when its own standard input ends.
/// </summary>
internal static class DashboardProgram
{
    public const string Command = "dashboard";

    public static int Run(string program, string frontend, string grpc, string http)
    {
        // Ctrl-C reaches every process of the group, but the services still have something to send while they stop.
        var ignored = StopSignals.Asking
            .Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true))
            .ToList();
        var stop = Task.Factory.StartNew(StdinLifetime.WaitForEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        DashboardServer? dashboard = null;
        try
        {
            // From this thread, which lives as long as the process: the system ends the dashboard with the thread that started it.
            dashboard = new DashboardServer(program, frontend, grpc, http);
            if (dashboard.WaitUntilReady(stop))
                Console.WriteLine(ReadyChild.Ready + frontend);
            dashboard.WaitFor(stop);
            return 0;
        }
        catch (LaunchException broken)
        {
            Console.Error.WriteLine(broken.Message);
            return 1;
        }
        finally
        {
            dashboard?.Kill();
            GC.KeepAlive(ignored);
        }
    }
}
