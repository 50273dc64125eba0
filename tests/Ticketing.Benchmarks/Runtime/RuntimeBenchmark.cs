using System.CommandLine;
using System.Globalization;
using OpenTelemetry.Trace;
using Ticketing.Benchmarks.Contests;
using Ticketing.Benchmarks.Telemetry;
using Ticketing.Testing.Brokers;

namespace Ticketing.Benchmarks.Runtime;

/// <summary>
/// The same events from the same broker, read by a bare client that only deserialises them, and by the runtime that applies each to
/// its document, stores one event per event in the document's outbox and publishes it; the latter also with its telemetry exported: of
/// all events, and of every tenth order. With a store that others can use as well, after the <see cref="Contest"/>.
/// </summary>
internal static class RuntimeBenchmark
{
    // The slowest contestant takes ten times as long as the runtime in memory.
    private const int MemoryEvents = 400_000;
    private const int PostgresEvents = 120_000;

    private static readonly (string Name, bool Publish, Sampler? Sampler)[] Loops =
    [
        ("applied", false, null),
        ("published", true, null),
        ("all traced", true, new AlwaysOnSampler()),
        // As OTEL_TRACES_SAMPLER=parentbased_traceidratio leaves it: who publishes first decides, here for every tenth order.
        ("1/10 traced", true, new ParentBasedSampler(new TraceIdRatioBasedSampler(0.1))),
    ];

    public static Command Command()
    {
        var events = new Option<int?>("--events") { Description = $"How many events each run reads (memory {MemoryEvents:N0}, postgres {PostgresEvents:N0})." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3, Description = "How many runs of each, in turn." };
        var store = Store.Option();
        var contestOnly = new Option<bool>("--contest-only") { Description = "Only the comparison with what one would use in its place; needs --store postgres." };
        var command = new Command("runtime", "Events per second of the runtime with and without telemetry, and of a bare client.") { events, rounds, store, contestOnly };
        command.SetAction((arguments, _) =>
        {
            var kind = arguments.GetRequiredValue(store);
            return RunAsync(
                arguments.GetValue(events) ?? (kind == Store.Memory ? MemoryEvents : PostgresEvents),
                arguments.GetRequiredValue(rounds), kind, arguments.GetValue(contestOnly));
        });
        return command;
    }

    private static async Task RunAsync(int events, int rounds, string kind, bool contestOnly)
    {
        await using var store = await Store.OpenAsync(kind);
        await using var kafka = await RealKafka.StartAsync();
        var input = new InputTopic(kafka.BootstrapServers, Contest.Prefix, events);
        var warmUp = new InputTopic(kafka.BootstrapServers, Contest.WarmUpPrefix, events / 2);
        await kafka.CreateTopicsAsync(new(input.Name), new(input.Answers), new(warmUp.Name), new(warmUp.Answers));
        Console.WriteLine($"writing {events:N0} events");
        input.Fill();
        // First: the server has nothing else to clean up yet.
        if (store.Server is { } server)
        {
            warmUp.Fill();
            await Contest.RunAsync(kafka.BootstrapServers, server, warmUp.Events, events, rounds);
        }
        if (!contestOnly)
            await RunLoopsAsync(input, store, rounds);
    }

    private static async Task RunLoopsAsync(InputTopic input, Store store, int rounds)
    {
        await using var sink = await Sink.StartAsync();
        var rates = Loops.Select(_ => new List<double>()).Prepend([]).ToArray();
        var spans = new (long Recorded, long Exported)[Loops.Length];
        Console.WriteLine($"round{"bare client",14}{string.Concat(Loops.Select(loop => $"{loop.Name,14}"))}");
        // Round 0 warms up: the JIT, the broker's page cache.
        for (var round = 0; round <= rounds; round++)
        {
            Console.Write(round == 0 ? " warm" : $"{round,5}");
            Add(0, BareLoop.Run(input, $"bare-{round}"));
            for (var i = 0; i < Loops.Length; i++)
            {
                var telemetry = Loops[i].Sampler is { } sampler ? new Exported(sink, sampler) : null;
                Add(i + 1, await RuntimeLoop.RunAsync(input, store.NewDatabase(), $"loop{i}-{round}", Loops[i].Publish));
                telemetry?.Dispose();
                spans[i] = telemetry?.Spans ?? default;
            }
            Console.WriteLine();
        }
        var medians = Array.ConvertAll(rates, Median);
        Console.WriteLine(Text(
            $"ratio of medians to the bare client: applied {medians[1] / medians[0]:0.00}, applied and published {medians[2] / medians[0]:0.00}"));
        for (var i = 2; i < Loops.Length; i++)
            Console.WriteLine(Text(
                $"ratio of medians to published without telemetry: {Loops[i].Name} {medians[i + 1] / medians[2]:0.00}, with {spans[i].Exported:N0} of {spans[i].Recorded:N0} spans exported, the others dropped by the full queue"));

        void Add(int loop, double rate)
        {
            rates[loop].Add(rate);
            Console.Write(Text($"{rate,12:N0}/s"));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Median(List<double> rates) => rates.Skip(1).Order().ElementAt((rates.Count - 1) / 2);
}
