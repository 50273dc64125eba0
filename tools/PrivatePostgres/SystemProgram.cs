using System.ComponentModel;
using System.Diagnostics;

namespace Ticketing.Tools;

/// <summary>Runs one of the system's programs to its end.</summary>
internal static class SystemProgram
{
    /// <exception cref="InvalidOperationException">It is missing, or failed; with its last words.</exception>
    public static void Run(params IReadOnlyList<string> command)
    {
        // Another user may not be allowed to be where we are.
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"'{string.Join(' ', command)}' failed: {error}{output.Result}".TrimEnd());
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"'{command[0]}' cannot be run: {missing.Message}.", missing);
        }
    }
}
