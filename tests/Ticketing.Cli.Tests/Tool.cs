using System.Diagnostics;
using Ticketing.Testing.Processes;

namespace Ticketing.Cli.Tests;

/// <summary>The command <c>ticketing</c> as a process, for a broker.</summary>
public sealed class Tool(string? bootstrapServers, params IReadOnlyList<(string Name, string? Value)> environment)
{
    public string? BootstrapServers => bootstrapServers;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string Assembly = Path.Combine(Path.GetDirectoryName(ChildProgram.BuiltPath("Ticketing.Cli"))!, "ticketing.dll");

    /// <summary>How it ended, and what it printed.</summary>
    public sealed record Ended(int ExitCode, string Output, string Error)
    {
        public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Runs it to its end, without a terminal.</summary>
    public Task<Ended> RunAsync(params string[] arguments) => TypeAsync("", arguments);

    /// <summary>Runs it to its end with this input.</summary>
    public Task<Ended> TypeAsync(string input, params string[] arguments) => RunAsync("dotnet", [Assembly, .. arguments], input);

    /// <summary>Runs it to its end in a pseudo-terminal.</summary>
    public Task<Ended> InTerminalAsync(string arguments, string environment = "") =>
        RunAsync("script", ["-qec", $"{environment} TERM=xterm dotnet '{Assembly}' {arguments}", "/dev/null"], "");

    /// <summary>Starts it, and lets it run.</summary>
    public ChildProcess Start(params string[] arguments) =>
        ChildProcess.Start(new("dotnet", [Assembly, .. arguments]) { Environment = [("KAFKA_BROKERS", bootstrapServers), .. environment] });

    /// <summary>Starts it in a pseudo-terminal, and lets it run.</summary>
    public PseudoTerminal OpenTerminal(params string[] arguments) =>
        new($"exec dotnet '{Assembly}' {string.Join(' ', arguments.Select(argument => $"'{argument}'"))}", [("KAFKA_BROKERS", bootstrapServers), .. environment]);

    /// <summary>The same, with further variables.</summary>
    public Tool With(params IEnumerable<(string Name, string? Value)> more) => new(bootstrapServers, [.. environment, .. more]);

    /// <summary>Runs a script of bash, in which <c>ticketing</c> is the tool.</summary>
    public Task<Ended> BashAsync(string script) =>
        With(("assembly", Assembly)).RunAsync("bash", ["-c", $"ticketing() {{ dotnet \"$assembly\" \"$@\"; }}\n{script}"], "");

    private async Task<Ended> RunAsync(string program, IEnumerable<string> arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("NO_COLOR");
        foreach (var (name, value) in environment.Prepend(("KAFKA_BROKERS", bootstrapServers)))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync().WaitAsync(Patience);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
