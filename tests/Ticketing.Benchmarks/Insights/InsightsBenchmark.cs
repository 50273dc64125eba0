using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Ticketing.Benchmarks.Runtime;
using Ticketing.Contracts;
using Ticketing.Insights;
using Ticketing.Messaging;
using Ticketing.Testing.Brokers;

namespace Ticketing.Benchmarks.Insights;

/// <summary>The same events of orders, read by a bare client that only deserialises them, and counted by the topology of Insights, one after the other.</summary>
internal static class InsightsBenchmark
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static Command Command()
    {
        var events = new Option<int>("--events") { DefaultValueFactory = _ => 60_000, Description = "How many events each run reads: three for each order." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 2, Description = "How many runs of each, in turn, after one that is not counted." };
        var command = new Command("insights", "Events per second through the topology of Insights, and of a bare client.") { events, rounds };
        command.SetAction((arguments, cancellation) => RunAsync(arguments.GetRequiredValue(events), arguments.GetRequiredValue(rounds), cancellation));
        return command;
    }

    private static async Task RunAsync(int events, int rounds, CancellationToken cancellation)
    {
        await using var kafka = await RealKafka.StartAsync();
        Console.WriteLine(Text($"round{"bare client",16}{"topology",16}{"CPU ms per 1,000",20}"));
        for (var round = 0; round <= rounds; round++)
        {
            // Topics, group and state of its own.
            var input = new InputTopic(kafka.BootstrapServers, $"round{round}.", events);
            await kafka.CreateTopicsAsync([.. InsightsService.Sources.Concat(Topics.Insights).Select(topic => new TestTopic(input.Prefix + topic, KafkaNames.Partitions))]);
            input.Fill();
            var bare = BareLoop.Run(input, $"bare-{round}");
            var (rate, cost) = await CountAsync(input, cancellation);
            Console.WriteLine(Text($"{(round == 0 ? "warm" : $"{round}"),5}{bare,14:N0}/s{rate,14:N0}/s{cost,20:0}   ratio {rate / bare:0.000}"));
        }
    }

    private static async Task<(double Rate, double Cost)> CountAsync(InputTopic input, CancellationToken cancellation)
    {
        var settings = new KafkaSettings(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kafka"] = input.BootstrapServers,
            ["Kafka:Prefix"] = input.Prefix,
        }).Build());
        // The events have one time, of long ago.
        using var streams = new SalesStreams(settings, Options.Create(new InsightsOptions { Lateness = TimeSpan.FromDays(3650) }), NullLoggerFactory.Instance);
        using var lag = new Lag(settings);
        await streams.StartAsync(cancellation);
        // From the first commit on, so that neither the start nor the forming of the group counts.
        var left = await WaitAsync(behind => behind[Topics.Orders] < input.Events);
        var (started, used) = (Stopwatch.GetTimestamp(), Used());
        await WaitAsync(behind => behind.Values.Sum() == 0);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var cost = (Used() - used).TotalMilliseconds * 1000 / left[Topics.Orders];
        await streams.StopAsync(cancellation);
        Check(input);
        return (left[Topics.Orders] / elapsed.TotalSeconds, cost);

        async Task<IReadOnlyDictionary<string, long>> WaitAsync(Func<IReadOnlyDictionary<string, long>, bool> until)
        {
            while (true)
            {
                var behind = lag.Read();
                if (until(behind))
                    return behind;
                await Task.Delay(Look, cancellation);
            }
        }
    }

    /// <summary>A result that is wrong makes no rate.</summary>
    private static void Check(InputTopic input)
    {
        using var reader = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig { BootstrapServers = input.BootstrapServers, GroupId = "check", EnablePartitionEof = true }).Build();
        reader.Assign(Enumerable.Range(0, KafkaNames.Partitions).Select(partition => new TopicPartitionOffset(input.Prefix + Topics.InsightsWindows, partition, Offset.Beginning)));
        long paid = 0;
        for (var ends = 0; ends < KafkaNames.Partitions;)
        {
            var record = reader.Consume();
            if (record.IsPartitionEOF)
                ends++;
            else if (EventType.Of<WindowCounted>().Deserialize(record.Message.Value) is WindowCounted { Size: WindowSize.Hour } hour)
                paid = hour.Totals.Paid;
        }
        if (paid != input.Events / 3)
            throw new InvalidOperationException($"{paid} paid orders were counted, of {input.Events / 3}.");
    }

    private static TimeSpan Used()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
