using System.Diagnostics;
using Ticketing.EndToEnd.Tests.Launching;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests;

public sealed class LauncherTests
{
    // A broker and five services.
    private const int Children = 6;

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_stops_everything_within_ten_seconds_and_leaves_nothing(string signal)
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        await using var launcher = LauncherProcess.Start();
        await launcher.ReadyAsync();
        var children = ProcessTree.ChildrenOf(launcher.Id);
        Assert.Equal(Children, children.Count);

        var started = Stopwatch.GetTimestamp();
        await ProcessTree.SignalAsync(launcher.Id, signal);

        Assert.Equal(0, await launcher.ExitAsync(LauncherProcess.StopLimit));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, LauncherProcess.StopLimit);
        Assert.DoesNotContain(children, ProcessTree.IsRunning);
        Assert.False(File.Exists(launcher.EndpointsFile), "endpoints.json is still there.");
        Assert.DoesNotContain("is killed", launcher.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_child_outlives_a_launcher_that_is_killed()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        await using var launcher = LauncherProcess.Start();
        await launcher.ReadyAsync();
        var children = ProcessTree.ChildrenOf(launcher.Id);
        Assert.Equal(Children, children.Count);

        launcher.Kill();

        await Eventually.IsAsync(
            () => !children.Exists(ProcessTree.IsRunning), () => $"running: {string.Join(", ", children.Where(ProcessTree.IsRunning))}",
            2 * LauncherProcess.StopLimit);
    }

    [Fact]
    public async Task A_service_that_dies_ends_everything_with_an_error_that_names_it()
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        await using var launcher = LauncherProcess.Start();
        await launcher.ReadyAsync();
        var children = ProcessTree.ChildrenOf(launcher.Id);

        var payments = children.Find(id => File.ReadAllText($"/proc/{id}/cmdline").Contains("Payments.dll", StringComparison.Ordinal));
        await ProcessTree.SignalAsync(payments, "KILL");

        Assert.Equal(1, await launcher.ExitAsync(LauncherProcess.StopLimit));
        Assert.Contains("error: payments ended by itself with exit code 137", launcher.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(children, ProcessTree.IsRunning);
        Assert.False(File.Exists(launcher.EndpointsFile), "endpoints.json is still there.");
    }
}
