using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Cli.Tests;

public sealed class OtherCommandTests(Broker broker)
{
    [Theory]
    [InlineData(1, "There is no topic 'none'", "consume", "none")]
    [InlineData(1, "There is no topic 'none'", "produce", "none")]
    [InlineData(1, "There is no group 'none'", "offsets", "reset", "--group", "none", "--topic", "errors", "--to-latest", "--yes")]
    [InlineData(2, "There is no option '--folow'", "consume", "errors", "--folow")]
    [InlineData(2, "--follow and --until-end", "consume", "errors", "--follow", "--until-end")]
    [InlineData(2, "--where must be FIELD=VALUE", "consume", "errors", "--where", "x")]
    [InlineData(2, "has no partition 9", "produce", "errors", "--partition", "9")]
    [InlineData(2, "needs --partition-by", "produce", "errors", "--partition", "a=1")]
    [InlineData(2, "One of --to-earliest", "offsets", "reset", "--group", "g", "--topic", "errors")]
    [InlineData(2, "Nobody can be asked", "offsets", "reset", "--group", "g", "--topic", "errors", "--to-latest")]
    [InlineData(1, "Topic 'errors' already exists", "topics", "create", "errors")]
    [InlineData(2, "--partitions must be 1 or more", "topics", "create", "none", "--partitions", "0")]
    [InlineData(2, "Unrecognized command", "nonsense")]
    [InlineData(2, "Kafka:SaslMechanism", "topics", "--Kafka:SaslMechanism=NONSENSE")]
    public async Task An_error_is_one_line(int exitCode, string message, params string[] arguments)
    {
        var tool = await broker.OpenAsync(new TestTopic("errors", 1));
        var ended = await tool.RunAsync(arguments);
        Assert.Equal((exitCode, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith("error: ", Assert.Single(ended.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Contains(message, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_broker_it_says_so()
    {
        var refused = await new Tool("127.0.0.1:1").RunAsync("topics");
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("error: No broker answers at 127.0.0.1:1: ", refused.Error, StringComparison.Ordinal);
        var unnamed = await new Tool(null).RunAsync("topics");
        Assert.Equal((2, "error: No broker is named (--bootstrap-server HOST:PORT, or KAFKA_BROKERS in the environment)\n"), (unnamed.ExitCode, unnamed.Error));
    }

    [Theory]
    [InlineData("consume")]
    [InlineData("produce")]
    [InlineData("topics")]
    [InlineData("groups")]
    [InlineData("trace")]
    [InlineData("republish")]
    [InlineData("logs")]
    public async Task Help_has_examples(string command) =>
        Assert.Contains($"Examples:\n  ticketing {command}", (await new Tool(null).RunAsync(command, "--help")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task Topics_say_how_they_keep_records()
    {
        var tool = await broker.OpenAsync(new TestTopic("kept", 2, new() { ["retention.ms"] = "86400000" }), new TestTopic("compact", 1, new() { ["cleanup.policy"] = "compact" }));
        await tool.TypeAsync("a\nb\nc", "produce", "kept");
        var topics = await tool.RunAsync("topics");
        Assert.Equal(0, topics.ExitCode);
        Assert.Matches(@"(?m)^kept +2 +1 +1 d +3 *$", topics.Output);
        Assert.Matches(@"(?m)^compact +1 +1 +compacted +0 *$", topics.Output);
        Assert.DoesNotContain('\e', topics.Output);
    }

    [Fact]
    public async Task Offsets_are_reset_only_while_the_group_is_empty()
    {
        var tool = await broker.OpenAsync(new TestTopic("again", 1));
        await tool.TypeAsync("a\nb\nc", "produce", "again");
        await using var member = tool.Start("consume", "again", "--group", "again", "--from-beginning");
        await Eventually.IsAsync(() => member.Output.Contains("0:2", StringComparison.Ordinal), () => member.Output);
        string[] reset = ["offsets", "reset", "--group", "again", "--topic", "again", "--yes"];
        var refused = await tool.RunAsync([.. reset, "--to-earliest"]);
        Assert.Equal((1, "error: Group 'again' has 1 member (stop them first)\n"), (refused.ExitCode, refused.Error));

        await using var watch = tool.Start("groups", "watch", "again");
        await Eventually.IsAsync(() => watch.Output.Contains("again [again] 0 committed=3 end=3 lag=0 member=rdkafka-", StringComparison.Ordinal), () => watch.Output);
        await watch.SignalAsync("INT");
        Assert.Equal(0, await watch.ExitAsync(TimeSpan.FromSeconds(30)));

        await member.SignalAsync("INT");
        Assert.Equal(0, await member.ExitAsync(TimeSpan.FromSeconds(30)));
        var done = await tool.RunAsync([.. reset, "--to-offset", "1"]);
        Assert.Equal(0, done.ExitCode);
        Assert.Matches(@"(?m)^0 +3 +1 +-2 *$", done.Output);
        Assert.Equal(["again: [again] 0:1 - b", "again: [again] 0:2 - c"], (await tool.RunAsync("consume", "again", "--group", "again", "--until-end")).Lines);
        Assert.Matches(@"(?m)^0 +3 +0 +-3 *$", (await tool.RunAsync([.. reset, "--to-time", "2020-01-01"])).Output);
    }

    [Fact]
    public async Task A_trace_has_every_event_of_an_order()
    {
        // A shop of its own: its names begin with this.
        var tool = await broker.OpenAsync(new TestTopic("traced-orders", 2), new TestTopic("traced-tickets", 2));
        const string prefix = "--Kafka:Prefix=traced-";
        await tool.TypeAsync("""{"type":"order.created","orderId":"o1","status":"created","version":1}""", "produce", "orders", "--key", "o1", prefix);
        await tool.TypeAsync("""{"type":"ticket.reserved","orderId":"o1","version":7}""", "produce", "tickets", "--key", "t1", prefix);
        await tool.TypeAsync("""{"type":"ticket.reserved","orderId":"o2","version":8}""", "produce", "tickets", "--key", "t1", prefix);
        var trace = await tool.RunAsync("trace", "o1", prefix);
        Assert.Equal(0, trace.ExitCode);
        Assert.Matches(@"order\.created +1 +\[orders\] \d:0 +status=created", trace.Lines[1]);
        Assert.Matches(@"\+.* ticket\.reserved +7 +\[tickets\] \d:0", trace.Lines[2]);
        Assert.Equal(3, trace.Lines.Length);
        var none = await tool.RunAsync("trace", "o3", prefix);
        Assert.Equal((1, "error: There is no event of order 'o3'\n"), (none.ExitCode, none.Error));
    }
}
