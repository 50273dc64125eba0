using System.Globalization;
using System.Text.RegularExpressions;

namespace Ticketing.Cli.Tests;

/// <summary>What the demos print is held against what they say of it in the end.</summary>
public sealed partial class DemoTests(Broker broker)
{
    // A member that gets no processor for some seconds is not taken for dead.
    private const string Patient = "--Kafka:SessionTimeoutMs=6000";

    // As the demo says.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Groups_share_the_records_or_get_all_of_them()
    {
        var demo = await new Tool(null).RunAsync("demo", "groups", "--count", "40", "--rate", "1000", Patient);
        Assert.Equal((0, ""), (demo.ExitCode, demo.Error));
        var second = Array.FindIndex(demo.Lines, line => line.StartsWith("Now B is in a group of its own.", StringComparison.Ordinal));
        var (sent, before, after) = (Records(demo.Lines, "producer"), demo.Lines[..second], demo.Lines[second..]);
        Assert.Equal(40, sent.Distinct().Count());
        var (a, b) = (Records(before, "A"), Records(before, "B"));
        Assert.NotEmpty(a);
        Assert.NotEmpty(b);
        Assert.Equal(sent[..20].Order(), a.Concat(b).Order());
        Assert.Equal($"A got {a.Count} and B got {b.Count} of 20 records: together each of them once.", before[^1]);
        Assert.Equal(sent[20..].Order(), Records(after, "A").Order());
        Assert.Equal(sent.Order(), Records(after, "B").Order());
        Assert.Equal("A got the 20 new records, and B got all 40.", demo.Lines[^1]);
    }

    [Fact]
    public async Task Partitions_move_and_keys_keep_their_order()
    {
        var tool = await broker.OpenAsync();
        var demo = await tool.RunAsync("demo", "partitions", "--count", "60", "--rate", "1000");
        Assert.Equal((0, ""), (demo.ExitCode, demo.Error));
        var stopped = Array.FindIndex(demo.Lines, line => line.StartsWith("A is stopped", StringComparison.Ordinal));
        var back = Array.FindIndex(demo.Lines, line => line.StartsWith("A is back", StringComparison.Ordinal));
        var moved = demo.Lines[stopped..back];
        Assert.Empty(Records(moved, "A"));
        Assert.Contains("B        has partitions 0, 1, 2, 3", moved);
        Assert.NotEmpty(Records(demo.Lines[back..], "A"));
        var got = demo.Lines.Select(line => Record().Match(line)).Where(line => line.Success && line.Groups["who"].Value != "producer").ToList();
        Assert.Equal(60, got.Count);
        Assert.All(got.GroupBy(line => line.Groups["partition"].Value), same =>
            Assert.Equal(Enumerable.Range(0, same.Count()), same.Select(line => int.Parse(line.Groups["offset"].Value, CultureInfo.InvariantCulture))));
        Assert.EndsWith(" of 60 records. Each of the 8 keys kept its order, and no record came twice.", demo.Lines[^1], StringComparison.Ordinal);
        // It leaves nothing behind.
        Assert.DoesNotContain("ticketing-demo", (await tool.RunAsync("topics")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ticketing-demo", (await tool.RunAsync("groups")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_are_counted_in_windows()
    {
        var demo = await new Tool(null).RunAsync("demo", "streams", "--rate", "1000", Patient);
        Assert.Equal((0, ""), (demo.ExitCode, demo.Error));
        var sent = demo.Lines.Select(line => Record().Match(line)).Where(line => line.Success)
            .Select(line => (Key: line.Groups["key"].Value, At: TimeSpan.Parse(line.Groups["at"].Value, CultureInfo.InvariantCulture))).ToList();
        Assert.Equal(60, sent.Count);
        Assert.NotEqual(sent.Order().Select(one => one.At), sent.Select(one => one.At));
        var expected = sent.GroupBy(one => (Start: new TimeSpan(one.At.Ticks - (one.At.Ticks % Window.Ticks)), one.Key))
            .Select(same => $"{same.Key.Start:hh\\:mm\\:ss} to {same.Key.Start + Window:hh\\:mm\\:ss} {same.Key.Key}: {same.Count()}");
        Assert.Equal(expected.Order(), demo.Lines.Where(line => Counted().IsMatch(line)).Select(line => line[9..]).Order());
        Assert.Matches(@"^60 records: 60 counted in \d+ windows, 0 came too late\.$", demo.Lines[^1]);
    }

    [Fact]
    public async Task A_key_stops_a_consumer_and_starts_it_again()
    {
        await using var demo = new Tool(null).OpenTerminal("demo", "partitions", "--rate", "20", Patient);
        await demo.SeesAsync("A: group one, partitions ");
        await demo.SeesAsync("a b: stop or start A or B    q: end");
        await demo.SeesAsync("hal 1");
        await demo.TypeAsync("a");
        await demo.SeesAsync("A: stopped");
        await demo.SeesAsync("B: group one, partitions 0 1 2 3");
        var before = demo.Output.Length;
        await demo.TypeAsync("a");
        await demo.SeesAsync("A: group one, partitions ", before);
        await demo.TypeAsync("q");
        Assert.Equal(0, await demo.ExitAsync());
        Assert.Contains(" Each of the 8 keys kept its order, and no record came twice.", demo.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--count must be more than 0", "--count", "0")]
    [InlineData("--rate must be more than 0", "--rate", "-1")]
    [InlineData("--count and --seconds exclude each other", "--count", "1", "--seconds", "1")]
    public async Task Wrong_options_are_refused(string message, params string[] options)
    {
        var ended = await new Tool(null).RunAsync(["demo", "groups", .. options]);
        Assert.Equal((2, $"error: {message} (see 'ticketing demo groups --help')\n"), (ended.ExitCode, ended.Error));
    }

    private static List<string> Records(string[] lines, string who) =>
        [.. lines.Select(line => Record().Match(line)).Where(line => line.Groups["who"].Value == who).Select(line => line.Groups["record"].Value)];

    [GeneratedRegex(@"^(?<who>producer|A|B) +(?<record>(?<partition>\d):(?<offset>\d+) (?<key>[a-z]+) \d+)( at (?<at>\S+))?$")]
    private static partial Regex Record();

    [GeneratedRegex(@"^[AB] +\S+ to \S+ [a-z]+: \d+$")]
    private static partial Regex Counted();
}
