using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Cli.Tests;

/// <summary>What moves in a terminal, and what is typed into it.</summary>
public sealed class TerminalTests(Broker broker)
{
    [Fact]
    public async Task The_prompt_edits_lines_and_remembers_them()
    {
        var state = Directory.CreateTempSubdirectory("ticketing-state-");
        var tool = (await broker.OpenAsync(new TestTopic("prompted", 1))).With(("XDG_STATE_HOME", state.FullName));
        string[] produce = ["produce", "prompted", "--key", "{0}"];
        await using (var first = tool.OpenTerminal(produce))
        {
            await first.SeesAsync("> ");
            await first.TypeAsync($"ann 1{PseudoTerminal.Enter}");
            await first.SeesAsync("[prompted] 0:0 ann");
            // A letter too much, and one that is missing before it.
            await first.TypeAsync($"bllx\x7f 2{PseudoTerminal.Home}{PseudoTerminal.Right}i{PseudoTerminal.Enter}");
            await first.SeesAsync("[prompted] 0:1 bill");
            await first.TypeAsync($"draft{PseudoTerminal.Up}{PseudoTerminal.Up}{PseudoTerminal.Enter}");
            await first.SeesAsync("[prompted] 0:2 ann");
            await first.TypeAsync(PseudoTerminal.CtrlD);
            Assert.Equal(0, await first.ExitAsync());
            Assert.Contains("3 lines: 3 acknowledged, 0 failed", first.Output, StringComparison.Ordinal);
        }
        var history = new FileInfo(Path.Combine(state.FullName, "ticketing", "produce-history"));
        Assert.Equal("ann 1\nbill 2\nann 1\n", await File.ReadAllTextAsync(history.FullName));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, history.UnixFileMode);

        await using (var second = tool.OpenTerminal(produce))
        {
            await second.SeesAsync("> ");
            await second.TypeAsync($"{PseudoTerminal.Up}{PseudoTerminal.Up}!{PseudoTerminal.Enter}");
            await second.SeesAsync("[prompted] 0:3 bill");
            // Longer than a row.
            await second.TypeAsync($"{new string('x', 130)}\x7f{PseudoTerminal.Enter}");
            await second.SeesAsync("[prompted] 0:4 x");
            await second.TypeAsync(PseudoTerminal.CtrlC);
            Assert.Equal(0, await second.ExitAsync());
        }
        var read = await tool.RunAsync("consume", "prompted", "--until-end");
        Assert.Equal(["ann 1", "bill 2", "ann 1", "bill 2!", new string('x', 129)], read.Lines.Select(line => line.Split(' ', 4)[3]));

        // A thousand are kept.
        await File.WriteAllLinesAsync(history.FullName, Enumerable.Range(1, 1199).Select(i => $"line {i}"));
        await using (var third = tool.OpenTerminal(produce))
        {
            await third.SeesAsync("> ");
            await third.TypeAsync($"more{PseudoTerminal.Enter}");
            await third.SeesAsync("[prompted] 0:5 more");
            await third.TypeAsync(PseudoTerminal.CtrlD);
            Assert.Equal(0, await third.ExitAsync());
        }
        var kept = await File.ReadAllLinesAsync(history.FullName);
        Assert.Equal((1000, "line 201", "more"), (kept.Length, kept[0], kept[^1]));
        state.Delete(recursive: true);
    }

    [Fact]
    public async Task A_bar_shows_how_much_of_a_file_is_sent()
    {
        var tool = await broker.OpenAsync(new TestTopic("barred", 1));
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 40).Select(i => $"line {i}"));
        await using var terminal = tool.OpenTerminal("produce", "barred", file, "--rate", "40");
        Assert.Equal(0, await terminal.ExitAsync());
        File.Delete(file);
        // The places of the records stand above the bar, which is drawn again and again.
        Assert.Contains("[barred] 0:39 -", terminal.Output, StringComparison.Ordinal);
        Assert.Matches(@"sent .* \d?\d%", terminal.Text);
        Assert.Matches(@"sent .* 100%", terminal.Text);
        Assert.Contains("40 lines: 40 acknowledged, 0 failed", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_shows_who_has_which_partition_now()
    {
        var tool = await broker.OpenAsync(new TestTopic("watched", 2));
        await tool.TypeAsync("a\nb\nc", "produce", "watched", "--partition", "1");
        await using var watch = tool.OpenTerminal("groups", "watch", "watchers");
        await using var member = tool.Start("consume", "watched", "--group", "watchers", "--from-beginning");
        await Eventually.IsAsync(() => Row(watch, 1) is ["watchers", "Stable", "watched", "1", "3", "3", "0", ['r', 'd', 'k', ..]], () => watch.Output);
        await member.SignalAsync("INT");
        Assert.Equal(0, await member.ExitAsync(TimeSpan.FromSeconds(30)));
        await tool.TypeAsync("d", "produce", "watched", "--partition", "1");
        await Eventually.IsAsync(() => Row(watch, 1) is ["watchers", "Empty", "watched", "1", "3", "4", "1", "-"], () => watch.Output);
        await watch.TypeAsync(PseudoTerminal.CtrlC);
        Assert.Equal(0, await watch.ExitAsync());
    }

    [Theory]
    [InlineData("ticketing gro", "groups")]
    [InlineData("ticketing demo ", "groups partitions streams")]
    [InlineData("/usr/bin/ticketing consume orders --f", "--follow --from-beginning")]
    [InlineData("ticketing consume orders --output ", "jsonl text")]
    public async Task Bash_completes_the_command_line(string typed, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs bash.");
        const string complete = """
            eval "$(ticketing completion bash)"
            COMP_LINE=$typed COMP_POINT=${#typed}
            read -ra COMP_WORDS <<<"$typed"
            [[ $typed != *' ' ]] || COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _ticketing
            echo "${COMPREPLY[*]}"
            """;
        var offered = await new Tool(null, ("typed", typed)).BashAsync(complete);
        Assert.Equal(($"{expected}\n", ""), (offered.Output, offered.Error));
    }

    [Theory]
    [InlineData("zsh", "#compdef ticketing")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName ticketing")]
    public async Task Other_shells_have_a_script(string shell, string start) =>
        Assert.StartsWith(start, (await new Tool(null).RunAsync("completion", shell)).Output, StringComparison.Ordinal);

    /// <summary>The cells of the newest row of a partition.</summary>
    private static string[]? Row(PseudoTerminal terminal, int partition) => terminal.Text.Split('\n')
        .Select(line => line.Split('\u2502', StringSplitOptions.TrimEntries))
        .LastOrDefault(cells => cells.Length == 10 && cells[4] == $"{partition}")?[1..9];
}
