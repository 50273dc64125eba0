using Confluent.Kafka;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;

namespace Ticketing.Cli.Tests;

public sealed class ProduceTests(Broker broker)
{
    private static readonly string[] Rule =
        ["--key", "{0}", "--value", """{"name":"{0}","location":"{1}"}""", "--partition", "south=0,*=1", "--partition-by", "{1}"];

    [Fact]
    public async Task A_rule_in_words_chooses_the_partition()
    {
        var tool = await broker.OpenAsync(new TestTopic("rule", 3));
        var sent = await tool.TypeAsync("bill south\nann north\nq\"t east\n", ["produce", "rule", .. Rule]);
        Assert.Equal((0, ""), (sent.ExitCode, string.Concat(sent.Output.Where(c => c == '\e'))));
        Assert.Equal(["[rule] 0:0 bill", "[rule] 1:0 ann", "[rule] 1:1 q\"t"], sent.Lines.Order());
        Assert.StartsWith("3 lines: 3 acknowledged, 0 failed", sent.Error, StringComparison.Ordinal);
        var read = await tool.RunAsync("consume", "rule", "--until-end");
        Assert.Equal(
            ["""[rule] 0:0 bill {"name":"bill","location":"south"}""", """[rule] 1:0 ann {"name":"ann","location":"north"}""", """[rule] 1:1 q"t {"name":"q\"t","location":"east"}"""],
            read.Lines.Order());
    }

    [Fact]
    public async Task A_line_without_the_word_fails_and_the_others_are_sent()
    {
        var tool = await broker.OpenAsync(new TestTopic("words", 2));
        var sent = await tool.TypeAsync("bill south\nbill\nann north\n", ["produce", "words", .. Rule]);
        Assert.Equal(1, sent.ExitCode);
        Assert.Contains("error: line 2 of standard input is not sent: it has 1 word", sent.Error, StringComparison.Ordinal);
        Assert.Contains("3 lines: 2 acknowledged, 1 failed", sent.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_thousand_lines_of_a_file_are_acknowledged_and_counted()
    {
        var tool = await broker.OpenAsync(new TestTopic("many", 3));
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, Enumerable.Range(0, 100_000).Select(i => $"line {i}"));
            var sent = await tool.RunAsync("produce", "many", file, "--key", "{1}");
            Assert.Equal((0, 100_000), (sent.ExitCode, sent.Lines.Distinct().Count()));
            Assert.StartsWith("100000 lines: 100000 acknowledged, 0 failed", sent.Error, StringComparison.Ordinal);
            var read = await tool.RunAsync("consume", "many", "--until-end");
            Assert.Equal(100_000, read.Lines.Distinct().Count());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_key_goes_where_the_services_put_it()
    {
        var tool = await broker.OpenAsync(new TestTopic("keys", 6));
        using var producer = new ProducerBuilder<string, string>(
            new ProducerConfig { BootstrapServers = tool.BootstrapServers, Partitioner = Partitioner.Murmur2Random }).Build();
        var sent = await tool.TypeAsync(string.Join('\n', Enumerable.Range(0, 10)), "produce", "keys", "--key", "{0}");
        foreach (var line in sent.Lines)
        {
            var (place, key) = (line.Split(' ')[1], line.Split(' ')[2]);
            var ours = await producer.ProduceAsync("keys", new() { Key = key, Value = "" });
            Assert.Equal($"{ours.Partition.Value}", place.Split(':')[0]);
        }
    }

    [Fact]
    public async Task Headers_count_rate_and_quiet()
    {
        var tool = await broker.OpenAsync(new TestTopic("options", 1));
        var sent = await tool.TypeAsync("a\nb\nc\n", "produce", "options", "--count", "2", "--rate", "50", "--quiet", "--header", "from={0}");
        Assert.Equal((0, ""), (sent.ExitCode, sent.Output));
        Assert.StartsWith("2 lines: 2 acknowledged, 0 failed", sent.Error, StringComparison.Ordinal);
        var read = await tool.RunAsync("consume", "options", "--until-end", "--output", "jsonl");
        Assert.Equal(2, read.Lines.Length);
        Assert.EndsWith(""","key":null,"headers":{"from":"a"},"value":"a"}""", read.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_with_the_counts()
    {
        var tool = await broker.OpenAsync(new TestTopic("stopped", 1));
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, Enumerable.Repeat("line", 10_000));
            await using var running = tool.Start("produce", "stopped", file, "--rate", "20");
            await Eventually.IsAsync(() => running.Output.Contains("[stopped] 0:1 ", StringComparison.Ordinal), () => running.Output);
            await running.SignalAsync("INT");
            Assert.Equal(130, await running.ExitAsync(TimeSpan.FromSeconds(30)));
            Assert.Contains(" acknowledged, 0 failed in ", running.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task An_embedded_broker_will_do()
    {
        var tool = new Tool(EmbeddedBroker.Start(new TestTopic("embedded", 2)).BootstrapServers);
        Assert.Equal(0, (await tool.TypeAsync("bill south", ["produce", "embedded", .. Rule])).ExitCode);
        Assert.Equal(["""[embedded] 0:0 bill {"name":"bill","location":"south"}"""], (await tool.RunAsync("consume", "embedded", "--until-end")).Lines);
        Assert.Matches(@"(?m)^embedded +2 +1 +\? +1 *$", (await tool.RunAsync("topics")).Output);
        Assert.StartsWith("error: The broker cannot do this: ", (await tool.RunAsync("groups")).Error, StringComparison.Ordinal);
    }
}
