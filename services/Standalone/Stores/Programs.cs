using System.ComponentModel;
using System.Diagnostics;

namespace Ticketing.Standalone.Stores;

/// <summary>Runs the system's programs.</summary>
internal static class Programs
{
    public static void Run(params IEnumerable<string> command) => Run(command.First(), command.Skip(1));

    /// <exception cref="LaunchException">It is missing, or failed; with its last words.</exception>
    public static void Run(string program, IEnumerable<string> arguments)
    {
        using var process = Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new LaunchException($"'{program} {string.Join(' ', arguments)}' failed: {error}{output.Result}".TrimEnd());
    }

    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new LaunchException($"cannot run '{start.FileName}': {missing.Message}", missing);
        }
    }
}
