using System.Diagnostics;
using System.Globalization;

namespace Ticketing.Faults.Tests.Running;

/// <summary>
/// A server that neither answers nor refuses: whoever listens on its port, and all processes below, have got SIGSTOP. They go on when this is
/// disposed of, and when the tests are killed.
/// </summary>
internal sealed class FrozenServer : IAsyncDisposable
{
    private readonly Process _shell;

    private FrozenServer(Process shell) => _shell = shell;

    public static async Task<FrozenServer> FreezeAsync(int port)
    {
        var processes = string.Join(' ', WithChildren(Listeners(port)));
        Assert.True(processes.Length > 0, $"Nobody listens on port {port}.");
        var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"kill -STOP {processes}; echo frozen; cat >/dev/null; kill -CONT {processes}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("frozen", await shell.StandardOutput.ReadLineAsync());
        return new FrozenServer(shell);
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }

    private static List<int> Listeners(int port)
    {
        const int Local = 1, State = 3, Inode = 9;
        const string Listens = "0A";
        var sockets = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words[State] == Listens && words[Local].EndsWith($":{port:X4}", StringComparison.Ordinal))
            .Select(words => $"socket:[{words[Inode]}]").ToHashSet();
        return Processes().FindAll(id => Files(id).Any(file => sockets.Contains(file)));
    }

    private static List<int> WithChildren(List<int> processes)
    {
        var parents = Processes().ToDictionary(id => id, Parent);
        for (var found = 0; found < processes.Count; found++)
            processes.AddRange(parents.Where(pair => pair.Value == processes[found] && !processes.Contains(pair.Key)).Select(pair => pair.Key));
        return processes;
    }

    private static List<int> Processes() =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0]))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))];

    private static IEnumerable<string> Files(int id)
    {
        try
        {
            return [.. Directory.EnumerateFiles($"/proc/{id}/fd").Select(file => new FileInfo(file).LinkTarget ?? "")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or is another user's.
            return [];
        }
    }

    private static int Parent(int id)
    {
        try
        {
            // The name before it is in parentheses and may hold anything.
            return int.Parse(File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
