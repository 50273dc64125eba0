using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Ticketing.Testing;

namespace Ticketing.Cli.Tests;

/// <summary>A program in a pseudo-terminal of 120 columns: what it shows, and what is typed into it.</summary>
public sealed partial class PseudoTerminal : IAsyncDisposable
{
    public const string CtrlC = "\x03";
    public const string CtrlD = "\x04";
    public const string Enter = "\r";
    public const string Up = "\e[A";
    public const string Right = "\e[C";
    public const string Home = "\e[H";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;

    public PseudoTerminal(string command, IEnumerable<(string Name, string? Value)> environment)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs util-linux's script.");
        var start = new ProcessStartInfo("script", ["-qefc", $"stty cols 120 rows 40; {command}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("NO_COLOR");
        foreach (var (name, value) in environment.Append(("TERM", "xterm")))
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _reading = ReadAsync();
    }

    /// <summary>All that it has shown so far, with the sequences that move the cursor.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>The same without those sequences.</summary>
    public string Text => Sequence().Replace(Output, "");

    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for this text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">Behind so much of the output.</param>
    public async Task SeesAsync(string text, int from = 0)
    {
        await Eventually.IsAsync(() => Output[from..].Contains(text, StringComparison.Ordinal) || _process.HasExited, () => Output);
        Assert.Contains(text, Output[from..], StringComparison.Ordinal);
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _process.StandardOutput.ReadAsync(buffer) is > 0 and var count)
            lock (_output)
                _output.Append(buffer, 0, count);
    }

    [GeneratedRegex(@"\e(\[[0-9;?]*[A-Za-z]|[=>])")]
    private static partial Regex Sequence();
}
