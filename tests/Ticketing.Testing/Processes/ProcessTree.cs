using System.Diagnostics;
using System.Globalization;

namespace Ticketing.Testing.Processes;

/// <summary>The processes of this machine, as Linux lists them under <c>/proc</c>.</summary>
public static class ProcessTree
{
    /// <summary>Why tests that need it are skipped where it is not there.</summary>
    public const string Needed = "Needs /proc to find a program's children.";

    // USER_HZ, which is 100 on every platform that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Whether this machine lists its processes.</summary>
    public static bool IsAvailable => OperatingSystem.IsLinux();

    /// <summary>The children of a process.</summary>
    public static List<int> ChildrenOf(int parent) => [.. All().Where(id => Stat(id) is [_, var itsParent, ..] && itsParent == $"{parent}")];

    /// <summary>The children of a process, theirs, and so on.</summary>
    public static List<int> DescendantsOf(int parent) => [.. ChildrenOf(parent).SelectMany(child => (int[])[child, .. DescendantsOf(child)])];

    /// <summary>The processes whose command line has these arguments, one after the other.</summary>
    public static List<int> WithArguments(params string[] arguments) =>
        [.. All().Where(id => $" {string.Join(' ', CommandLine(id))} ".Contains($" {string.Join(' ', arguments)} ", StringComparison.Ordinal))];

    /// <summary>A process's program and arguments; empty when it has ended.</summary>
    public static string[] CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Whether a process runs; one that only waits to be reaped does not.</summary>
    public static bool IsRunning(int id) => Stat(id) is [not "Z" and not "X", ..];

    /// <summary>The processor time of a process and of all that it started, including what has ended by now.</summary>
    public static TimeSpan ProcessorTimeOf(int root)
    {
        // One look at each process: this is called in the middle of measurements.
        var stats = All().ToDictionary(id => id, Stat);
        var children = stats.Where(stat => stat.Value.Length > 0).ToLookup(stat => stat.Value[1], stat => stat.Key);
        return TimeSpan.FromSeconds(Ticks(root) / TicksPerSecond);

        // utime, stime, and both of the children that were waited for.
        double Ticks(int id) =>
            (stats.GetValueOrDefault(id) is { Length: > 0 } stat ? stat[11..15].Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) : 0)
            + children[$"{id}"].Sum(Ticks);
    }

    /// <summary>The memory that a process has resident, in bytes.</summary>
    public static long MemoryOf(int id) => 1024 * long.Parse(
        File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>Sends a process a signal, by its name.</summary>
    public static Task SignalAsync(int id, string signal) => SignalAsync([id], signal);

    /// <summary>Sends several a signal at once; some may have ended by themselves since they were found.</summary>
    public static async Task SignalAsync(IReadOnlyCollection<int> ids, string signal)
    {
        var sent = await TrySignalAsync(ids, signal);
        Assert.True(sent || ids.Count > 1, $"There is no process {ids.First()}.");
    }

    /// <returns>Whether all of them were there.</returns>
    internal static async Task<bool> TrySignalAsync(IEnumerable<int> ids, string signal)
    {
        var start = new ProcessStartInfo("kill", [$"-{signal}", .. ids.Select(id => $"{id}")]) { RedirectStandardError = true };
        using var kill = Process.Start(start)!;
        await kill.WaitForExitAsync();
        return kill.ExitCode == 0;
    }

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id != 0);

    /// <summary>State, parent and so on: what follows the name in parentheses (proc(5)).</summary>
    private static string[] Stat(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
