using Ticketing.Testing;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Processes;

namespace Ticketing.Cli.Tests;

public sealed class ConsumeTests(Broker broker)
{
    private const string Created = """{"type":"order.created","price":1}""";
    private const string Failed = """{"type":"order.failed","price":2}""";

    [Fact]
    public async Task Members_of_a_group_share_the_partitions_and_Ctrl_C_commits_and_leaves()
    {
        var tool = await broker.OpenAsync(new TestTopic("shared", 4));
        await tool.TypeAsync(Numbers(0), "produce", "shared", "--key", "{0}");
        await using var first = tool.Start("consume", "shared", "--group", "one", "--from-beginning");
        await SeesAsync(first, "one: assigned [shared] 0, 1, 2, 3");
        await Eventually.IsAsync(() => Count(first, "one: [shared]") == 20, () => first.Output);
        await using var second = tool.Start("consume", "shared", "--group", "one", "--from-beginning");
        await SeesAsync(first, "one: revoked [shared]");
        await SeesAsync(second, "one: assigned [shared]");
        await tool.TypeAsync(Numbers(20), "produce", "shared", "--key", "{0}");
        await Eventually.IsAsync(() => Count(first, "one: [shared]") + Count(second, "one: [shared]") == 40, () => $"{first.Output}\n{second.Output}");
        Assert.True(Count(first, "one: [shared]") > 20 && Count(second, "one: [shared]") > 0);

        await first.SignalAsync("INT");
        Assert.Equal(0, await first.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("records; committed, and left the group", first.Output, StringComparison.Ordinal);
        // It gets the others at once, as the first one has left, and does not see its records again.
        await Eventually.IsAsync(() => Count(second, "one: assigned [shared]") == 2, () => second.Output);
        await second.SignalAsync("TERM");
        Assert.Equal(0, await second.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(40, Count(first, "one: [shared]") + Count(second, "one: [shared]"));
        var again = await tool.RunAsync("consume", "shared", "--group", "one", "--until-end");
        Assert.Equal((0, ""), (again.ExitCode, again.Output));

        // Another group sees everything.
        Assert.Equal(40, (await tool.RunAsync("consume", "shared", "--group", "two", "--until-end")).Lines.Length);

        var groups = await tool.RunAsync("groups");
        Assert.Matches(@"(?m)^one +Empty +0 +4 +0 *$", groups.Output);
        await tool.RunAsync("consume", "shared", "--until-end");
        Assert.Equal(groups.Output, (await tool.RunAsync("groups")).Output);
    }

    [Fact]
    public async Task Shows_what_is_asked_for()
    {
        var tool = await broker.OpenAsync(new TestTopic("shown", 1));
        await tool.TypeAsync($"{Created}\n{Failed}\nno\e[31mJSON\n", "produce", "shown", "--key", "k");
        Assert.Equal(
            [$"[shown] 0:0 k {Created}", $"[shown] 0:1 k {Failed}", @"[shown] 0:2 k no\u001b[31mJSON"],
            (await tool.RunAsync("consume", "shown", "--until-end")).Lines);
        Assert.Equal([$"[shown] 0:1 k {Failed}"], (await tool.RunAsync("consume", "shown", "--until-end", "--where", "type=order.failed", "--where", "price=2")).Lines);
        Assert.Empty((await tool.RunAsync("consume", "shown", "--until-end", "--key", "other")).Lines);
        Assert.Contains("[shown] 0:0 k\n{\n  \"type\": \"order.created\",\n", (await tool.RunAsync("consume", "shown", "--until-end", "--indent")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_has_colors()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs util-linux's script.");
        var tool = await broker.OpenAsync(new TestTopic("colors", 1));
        await tool.TypeAsync("text", "produce", "colors", "--key", "k");
        Assert.Contains("\e[36m[colors] 0:0 k\e[0m text", (await tool.InTerminalAsync("consume colors --until-end")).Output, StringComparison.Ordinal);
        // What .NET sends to every terminal is no colour.
        Assert.DoesNotMatch(@"\e\[[0-9;]*m", (await tool.InTerminalAsync("consume colors --until-end", "NO_COLOR=1")).Output);
    }

    private static string Numbers(int from) => string.Join('\n', Enumerable.Range(from, 20));

    private static int Count(ChildProcess process, string start) => process.Output.Split('\n').Count(line => line.StartsWith(start, StringComparison.Ordinal));

    private static Task SeesAsync(ChildProcess process, string text) =>
        Eventually.IsAsync(() => process.Output.Contains(text, StringComparison.Ordinal), () => process.Output);
}
