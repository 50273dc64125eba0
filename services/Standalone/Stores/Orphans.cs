using System.Diagnostics;
using System.Globalization;

namespace Ticketing.Standalone.Stores;

/// <summary>
/// The processes of a server whose launcher was killed. A new server on the same data must wait until the last of them is gone, and the
/// lock file that they leave behind may name the number of a process that has nothing to do with it.
/// </summary>
internal static class Orphans
{
    private const string LockFile = "postmaster.pid";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="data">The server's data directory, which no launcher uses now.</param>
    public static void End(string data)
    {
        var lockFile = Path.Combine(data, LockFile);
        // Elsewhere the server itself has to find out.
        if (!OperatingSystem.IsLinux() || !File.Exists(lockFile))
            return;
        var (left, signal) = (File.ReadAllText(lockFile), Signals.Interrupt);
        for (var started = Stopwatch.GetTimestamp(); Find(left) is { Count: > 0 } orphans; Thread.Sleep(20))
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                signal = Signals.Kill;
            foreach (var orphan in orphans)
                Signals.Send(orphan, signal);
        }
        File.Delete(lockFile);
    }

    private static List<int> Find(string left) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && IsServer(id, left))];

    private static bool IsServer(int id, string left)
    {
        try
        {
            // Every process of a server works in its data directory; by whatever path, the lock file there is the same.
            return File.ReadAllText($"/proc/{id}/comm").Trim() == "postgres" && File.ReadAllText($"/proc/{id}/cwd/{LockFile}") == left;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or is another user's.
            return false;
        }
    }
}
