using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Ticketing.Testing.Brokers;

namespace Ticketing.Benchmarks.Cli;

/// <summary>How fast <c>ticketing produce</c> and <c>consume</c> are, beside kcat and Kafka's own console tools, on the same records.</summary>
internal static class CliBenchmark
{
    private const int Partitions = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static readonly string Ticketing = $"dotnet '{Path.Combine(Path.GetDirectoryName(ChildProgram.BuiltPath("Ticketing.Cli"))!, "ticketing.dll")}'";

    public static Command Command()
    {
        var records = new Option<int>("--records") { DefaultValueFactory = _ => 1_000_000, Description = "How many records." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3, Description = "How often each program is run." };
        var command = new Command("cli", "`ticketing produce` and `consume` beside kcat and Kafka's console tools.") { records, rounds };
        command.SetAction((arguments, _) => RunAsync(arguments.GetRequiredValue(records), arguments.GetRequiredValue(rounds)));
        return command;
    }

    private static async Task RunAsync(int records, int rounds)
    {
        await using var kafka = await RealKafka.StartAsync();
        var broker = kafka.BootstrapServers;
        var folder = Directory.CreateTempSubdirectory("ticketing-bench-");
        var (lines, read) = (Path.Combine(folder.FullName, "lines"), Path.Combine(folder.FullName, "read"));
        await File.WriteAllLinesAsync(lines, Enumerable.Range(0, records).Select(Line));
        Console.WriteLine($"{records} records of {Line(0).Length} bytes and more, {Partitions} partitions");

        // All of them have to be acknowledged by all replicas in sync.
        Contestant[] producers =
        [
            new("ticketing produce --quiet", topic => $"{Ticketing} produce {topic} {lines} --quiet"),
            new("ticketing produce", topic => $"{Ticketing} produce {topic} {lines}"),
            new("kcat -P, idempotent", topic => $"kcat -b {broker} -P -X acks=all -X enable.idempotence=true -t {topic} -l {lines}"),
            new("kafka-console-producer", topic => $"'{RealKafka.Script}' produce --bootstrap-server {broker} --topic {topic} < {lines}"),
        ];
        Contestant[] consumers =
        [
            new("ticketing consume", topic => $"{Ticketing} consume {topic} --until-end"),
            new("kcat -C, same format", topic => $"kcat -b {broker} -C -t {topic} -e -q -f '[%t] %p:%o %k %s\\n'"),
            new("kafka-console-consumer", topic => $"'{RealKafka.Script}' consume --bootstrap-server {broker} --topic {topic} --from-beginning --max-messages {records}"),
        ];
        var results = producers.Concat(consumers).ToDictionary(contestant => contestant, _ => new List<Usage>());
        for (var round = 0; round < rounds; round++)
        {
            // In turn, so that nobody always comes first on a machine that becomes faster or slower.
            foreach (var contestant in InTurn(producers, round))
            {
                var topic = $"round-{round}-{Array.IndexOf(producers, contestant)}";
                await kafka.CreateTopicsAsync(new TestTopic(topic, Partitions));
                results[contestant].Add(await MeasureAsync(contestant.Command(topic), "/dev/null", broker));
                Check(contestant, Count(broker, topic), records);
            }
            foreach (var contestant in InTurn(consumers, round))
            {
                results[contestant].Add(await MeasureAsync(contestant.Command($"round-{round}-0"), read, broker));
                Check(contestant, File.ReadLines(read).LongCount(), records);
            }
        }
        foreach (var (contestant, usages) in results)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {contestant.Name,-28} {records / Median(usages, usage => usage.Elapsed),9:0} records/s   {Median(usages, usage => usage.Processor),6:0.00} s of processor   {Median(usages, usage => usage.Memory) / (1 << 20),4:0} MiB"));
        folder.Delete(recursive: true);
    }

    private static string Line(int i) => $$"""{"type":"order.created","id":"{{i:x12}}","price":299,"currency":"USD","quantity":2,"status":"created"}""";

    private static IEnumerable<Contestant> InTurn(Contestant[] contestants, int round) => contestants.Select((_, i) => contestants[(i + round) % contestants.Length]);

    /// <summary>Runs a command of bash, which measures it with all that it starts.</summary>
    private static async Task<Usage> MeasureAsync(string command, string output, string broker)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"TIMEFORMAT='%R %U %S'; time {{ {command}; }} > '{output}' 2> /dev/null"])
        {
            RedirectStandardError = true,
        };
        start.Environment["KAFKA_BROKERS"] = broker;
        using var process = Process.Start(start)!;
        var times = process.StandardError.ReadToEndAsync();
        var memory = 0L;
        for (var exit = process.WaitForExitAsync(); await Task.WhenAny(exit, Task.Delay(Pause)) != exit;)
            memory = Math.Max(memory, ProcessTree.DescendantsOf(process.Id).Sum(MemoryOf));
        if (process.ExitCode != 0 || (await times).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [var elapsed, var user, var system])
            throw new InvalidOperationException($"'{command}' failed: {await times}");
        return new(Number(elapsed), Number(user) + Number(system), memory);

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    private static long MemoryOf(int id)
    {
        try
        {
            return ProcessTree.MemoryOf(id);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It has just ended.
            return 0;
        }
    }

    private static long Count(string broker, string topic)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = broker, GroupId = "count" }).Build();
        return Enumerable.Range(0, Partitions).Sum(partition => consumer.Ends(new(topic, partition)).High.Value);
    }

    /// <summary>Ours must lose none. That another one does is told.</summary>
    private static void Check(Contestant contestant, long count, int records)
    {
        if (count == records)
            return;
        var what = $"{contestant.Name}: {count} of {records} records";
        if (contestant.Name.StartsWith("ticketing", StringComparison.Ordinal))
            throw new InvalidOperationException(what);
        Console.WriteLine($"  {what}");
    }

    private static double Median(List<Usage> usages, Func<Usage, double> of) => usages.Select(of).Order().ElementAt(usages.Count / 2);

    private sealed record Contestant(string Name, Func<string, string> Command);

    private sealed record Usage(double Elapsed, double Processor, double Memory);
}
