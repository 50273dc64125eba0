using System.ComponentModel;
using System.Diagnostics;

namespace Ticketing.Standalone.Stores;

/// <summary>Runs the system's programs.</summary>
internal static class Programs
{
    /// <summary>Runs one to its end.</summary>
    /// <exception cref="LaunchException">It is missing, or failed; with its last words.</exception>
    public static void Run(params IReadOnlyList<string> command)
    {
        using var process = Start(command, info => info.RedirectStandardOutput = info.RedirectStandardError = true);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new LaunchException($"'{string.Join(' ', command)}' failed: {error}{output.Result}".TrimEnd());
    }

    /// <summary>Starts one that gets no input.</summary>
    /// <exception cref="LaunchException">It is missing.</exception>
    public static Process Start(IReadOnlyList<string> command, Action<ProcessStartInfo>? more = null)
    {
        // Another user may not be allowed to be where we are.
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, WorkingDirectory = "/" };
        more?.Invoke(start);
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception missing)
        {
            throw new LaunchException($"cannot run '{command[0]}': {missing.Message}", missing);
        }
    }
}
