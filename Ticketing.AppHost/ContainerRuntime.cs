using System.ComponentModel;
using System.Diagnostics;

namespace Ticketing.AppHost;

/// <summary>Finds a container runtime that answers.</summary>
internal static class ContainerRuntime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="named">What <c>ASPIRE_CONTAINER_RUNTIME</c> says, if anything.</param>
    /// <param name="why">Which one answers, or why none does: part of a sentence.</param>
    public static bool Answers(string? named, out string why)
    {
        string[] runtimes = named is null ? ["docker", "podman"] : [named];
        why = Containers.Missing is null ? $"no container runtime answers (tried {string.Join(" and ", runtimes)})" : "the build has no containers";
        if (Containers.Missing is not null || Array.Find(runtimes, Answers) is not { } found)
            return false;
        why = $"{found} answers";
        return true;
    }

    private static bool Answers(string runtime)
    {
        try
        {
            using var info = Process.Start(new ProcessStartInfo(runtime, "info") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            // Read, so that a long answer does not fill the pipes.
            info.OutputDataReceived += (_, _) => { };
            info.ErrorDataReceived += (_, _) => { };
            info.BeginOutputReadLine();
            info.BeginErrorReadLine();
            if (info.WaitForExit(Patience))
                return info.ExitCode == 0;
            info.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
