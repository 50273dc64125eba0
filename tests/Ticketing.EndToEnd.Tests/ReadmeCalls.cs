using Ticketing.Scenarios.Client;

namespace Ticketing.EndToEnd.Tests;

/// <summary>The README's calls, as a newcomer pastes them.</summary>
internal static class ReadmeCalls
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Pastes them twice into one shell, and checks what they print and that they leave the shell as it was.</summary>
    public static async Task PasteTwiceAsync(ShopEndpoints endpoints)
    {
        var calls = Calls(endpoints);
        await using var shell = ChildProcess.Start(new ChildProgram("bash", "-c", $"{calls}\nsleep 1\n{calls}\ntype -t id"));
        Assert.Equal(0, await shell.ExitAsync(Patience));

        var lines = shell.Output.Split('\n');
        Assert.True(lines.Length == 5, shell.Output);
        Assert.Equal("file", lines[4]);
        foreach (var (payment, order) in ((string, string)[])[(lines[0], lines[1]), (lines[2], lines[3])])
        {
            Assert.Contains("\"status\":\"succeeded\"", payment, StringComparison.Ordinal);
            Assert.Contains("\"status\":\"completed\"", order, StringComparison.Ordinal);
        }
    }

    /// <summary>The block of shell lines that begins with the addresses, which are this shop's.</summary>
    private static string Calls(ShopEndpoints endpoints)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "README.md")))
            folder = folder.Parent!;
        var block = Assert.Single(
            File.ReadAllText(Path.Combine(folder.FullName, "README.md")).Split("```"), part => part.StartsWith("\nA=", StringComparison.Ordinal));
        return block
            .Replace("http://127.0.0.1:5101", endpoints.Accounts.OriginalString, StringComparison.Ordinal)
            .Replace("http://127.0.0.1:5102", endpoints.Tickets.OriginalString, StringComparison.Ordinal)
            .Replace("http://127.0.0.1:5103", endpoints.Orders.OriginalString, StringComparison.Ordinal)
            .Replace("http://127.0.0.1:5104", endpoints.Payments.OriginalString, StringComparison.Ordinal);
    }
}
