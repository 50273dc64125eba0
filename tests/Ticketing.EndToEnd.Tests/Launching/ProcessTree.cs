using System.Diagnostics;
using System.Globalization;

namespace Ticketing.EndToEnd.Tests.Launching;

/// <summary>The processes of this machine, as Linux lists them under <c>/proc</c>.</summary>
internal static class ProcessTree
{
    public const string Needed = "Needs /proc to find the launcher's children.";

    public static bool IsAvailable => OperatingSystem.IsLinux();

    /// <summary>The children of a process.</summary>
    public static List<int> ChildrenOf(int parent) => [.. Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id != 0 && Stat(id) is [_, var itsParent, ..] && itsParent == $"{parent}")];

    /// <summary>The children of a process, theirs, and so on.</summary>
    public static List<int> DescendantsOf(int parent) => [.. ChildrenOf(parent).SelectMany(child => (int[])[child, .. DescendantsOf(child)])];

    /// <summary>Whether a process runs; one that only waits to be reaped does not.</summary>
    public static bool IsRunning(int id) => Stat(id) is [not "Z" and not "X", ..];

    public static Task SignalAsync(int id, string signal) => SignalAsync([id], signal);

    /// <summary>All at once; some may have ended by themselves since they were found.</summary>
    public static async Task SignalAsync(IReadOnlyCollection<int> ids, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", .. ids.Select(id => $"{id}")]);
        await kill.WaitForExitAsync();
        Assert.True(kill.ExitCode == 0 || ids.Count > 1, $"There is no process {ids.First()}.");
    }

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
