using System.CommandLine;
using System.Globalization;
using Ticketing.Contracts;
using Ticketing.Testing.Brokers;

namespace Ticketing.Benchmarks.Runtime;

/// <summary>
/// The same events from the same broker, read by a bare client that only deserialises them, and by the runtime that applies each to
/// its document, stores one event per event in the document's outbox and publishes it.
/// </summary>
internal static class RuntimeBenchmark
{
    public static Command Command()
    {
        var events = new Option<int>("--events") { DefaultValueFactory = _ => 400_000, Description = "How many events each run reads." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3, Description = "How many runs of each, in turn." };
        var store = Store.Option();
        var command = new Command("runtime", "Events per second of the runtime, and of a bare client.") { events, rounds, store };
        command.SetAction((arguments, _) => RunAsync(arguments.GetRequiredValue(events), arguments.GetRequiredValue(rounds), arguments.GetRequiredValue(store)));
        return command;
    }

    private static async Task RunAsync(int events, int rounds, string kind)
    {
        await using var store = await Store.OpenAsync(kind);
        await using var kafka = await RealKafka.StartAsync();
        var input = new InputTopic(kafka.BootstrapServers, events);
        await kafka.CreateTopicsAsync([new(InputTopic.Name), .. Topics.All.Select(topic => new TestTopic(topic))]);
        Console.WriteLine($"writing {events:N0} events");
        input.Fill();

        var (bare, applied, published) = (new List<double>(), new List<double>(), new List<double>());
        Console.WriteLine("round   bare client   runtime, applied only   runtime, applied and published");
        // Round 0 warms up: the JIT, the broker's page cache.
        for (var round = 0; round <= rounds; round++)
        {
            bare.Add(BareLoop.Run(input, $"bare-{round}"));
            applied.Add(await RuntimeLoop.RunAsync(input, store.NewDatabase(), $"applied-{round}", publish: false));
            published.Add(await RuntimeLoop.RunAsync(input, store.NewDatabase(), $"published-{round}", publish: true));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(round == 0 ? "warm" : round),5}{bare[^1],10:N0}/s{applied[^1],20:N0}/s{published[^1],26:N0}/s"));
        }
        var reference = Median(bare);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"ratio of medians: applied {Median(applied) / reference:0.00}, applied and published {Median(published) / reference:0.00}"));
    }

    private static double Median(List<double> rates) => rates.Skip(1).Order().ElementAt((rates.Count - 1) / 2);
}
