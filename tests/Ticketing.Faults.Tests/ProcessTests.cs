using System.Globalization;
using Ticketing.Testing;
using Ticketing.Testing.Processes;

namespace Ticketing.Faults.Tests;

/// <summary>The runner that tests start programs with.</summary>
public sealed class ProcessTests
{
    private const string HoldsAChild = "TICKETING_TEST_HOLDS_A_CHILD";

    public ProcessTests() => Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);

    [Fact]
    public async Task A_child_ends_with_a_test_process_that_is_killed()
    {
        if (Environment.GetEnvironmentVariable(HoldsAChild) is not null)
        {
            Console.WriteLine($"\nready {ChildProcess.Start(new("sleep", "600")).Id}");
            await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
        }
        // This very test in a process of its own, which is killed.
        var self = $"{typeof(ProcessTests).FullName}.{nameof(A_child_ends_with_a_test_process_that_is_killed)}";
        await using var tests = ChildProcess.Start(new("dotnet", typeof(ProcessTests).Assembly.Location, "-method", self)
        {
            Environment = [(HoldsAChild, "true")],
        });
        var child = int.Parse(await tests.ReadyAsync(), CultureInfo.InvariantCulture);
        Assert.True(ProcessTree.IsRunning(child));

        await tests.KillAsync();

        await Eventually.IsAsync(() => !ProcessTree.IsRunning(child), () => $"{child} still runs");
    }

    [Fact]
    public async Task A_child_is_stopped_even_when_it_is_frozen()
    {
        await using var child = Bash("trap 'exit 7' TERM; echo ready and willing; while :; do sleep 0.01; done");
        Assert.Equal("and willing", await child.ReadyAsync());
        await child.SignalAsync("STOP");
        Assert.Null(child.ExitCode);

        await child.StopAsync();

        Assert.Equal(7, child.ExitCode);
    }

    [Fact]
    public async Task A_child_that_does_not_stop_is_killed()
    {
        await using var child = Bash("trap '' TERM; echo ready; while :; do sleep 0.01; done");
        await child.UntilAsync(() => child.Output == "ready");

        await child.StopAsync(TimeSpan.FromMilliseconds(100));

        Assert.Equal(137, child.ExitCode);
    }

    [Fact]
    public async Task A_child_that_ends_before_it_is_ready_is_quoted()
    {
        await using var child = Bash("echo one; echo two >&2; exit 3");
        var error = await Assert.ThrowsAnyAsync<Exception>(() => child.ReadyAsync());
        Assert.Contains("ended with exit code 3", error.Message, StringComparison.Ordinal);
        Assert.Equal(["one", "two"], child.Output.Split('\n').Order());
    }

    [Fact]
    public async Task A_child_gets_its_arguments_and_variables_as_they_are()
    {
        await using var child = ChildProcess.Start(new("bash", "-c", """echo "$0|$1|$A|${B-none}|$PWD" """, "a b", "*")
        {
            Directory = "/",
            Environment = [("A", "$x"), ("B", null)],
        });
        Assert.Equal(0, await child.ExitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("a b|*|$x|none|/", child.Output);
    }

    [Fact]
    public void No_port_is_given_twice()
    {
        var ports = Enumerable.Range(0, 100).Select(_ => FreePorts.Take()).ToList();
        var first = FreePorts.Take(3);
        ports.AddRange(first, first + 1, first + 2);
        Assert.Distinct(ports);
    }

    private static ChildProcess Bash(string script) => ChildProcess.Start(new("bash", "-c", script));
}
