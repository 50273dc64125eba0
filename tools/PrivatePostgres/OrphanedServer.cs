using System.Diagnostics;

namespace Ticketing.Tools;

/// <summary>
/// What is left of a server whose launcher was killed. A new server on the same data must wait until the last of its processes is gone,
/// and the lock file that it leaves behind may name the number of a process that has nothing to do with it.
/// </summary>
internal static class OrphanedServer
{
    public const string LockFile = "postmaster.pid";

    /// <summary>Kills it, which is safe: the next start recovers.</summary>
    public static void End(string data)
    {
        var lockFile = Path.Combine(data, LockFile);
        // Elsewhere the new server has to find out.
        if (!OperatingSystem.IsLinux() || !File.Exists(lockFile))
            return;
        for (var server = Identity(lockFile); Find(server) is { Count: > 0 } processes; Thread.Sleep(20))
            processes.ForEach(Kill);
        File.Delete(lockFile);
    }

    // Its process id, directory and time of start. What follows changes during its life.
    private static string Identity(string lockFile) => string.Join('\n', File.ReadLines(lockFile).Take(3));

    private static List<Process> Find(string server) =>
        [.. Process.GetProcessesByName("postgres").Where(process => IsOf(server, process.Id))];

    private static bool IsOf(string server, int process)
    {
        try
        {
            // Every process of a server works in its data directory; by whatever path, the lock file there is the same.
            return Identity($"/proc/{process}/cwd/{LockFile}") == server;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or is another user's.
            return false;
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has just ended.
        }
    }
}
