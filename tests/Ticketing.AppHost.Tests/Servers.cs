using System.ComponentModel;
using System.Diagnostics;
using Ticketing.Testing.Brokers;

namespace Ticketing.AppHost.Tests;

/// <summary>What these tests can run on, on this machine.</summary>
internal static class Servers
{
    /// <summary>An existing MongoDB with databases that nobody needs, or null for a container.</summary>
    public static string? MongoDb { get; } = Environment.GetEnvironmentVariable("TICKETING_MONGODB") is { Length: > 0 } named ? named : null;

    /// <summary>Why there is nothing to run on, or null.</summary>
    public static string? Missing { get; } = MongoDb is not null
        ? RealKafka.IsAvailable ? null : RealKafka.Missing
        : ContainersRun("docker") || ContainersRun("podman") ? null : "No container runtime answers, and TICKETING_MONGODB names no server.";

    private static bool ContainersRun(string runtime)
    {
        try
        {
            using var info = Process.Start(new ProcessStartInfo(runtime, "info") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            return info.WaitForExit(TimeSpan.FromSeconds(10)) && info.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
