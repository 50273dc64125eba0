using System.CommandLine;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Ticketing.Benchmarks.Shops;
using Ticketing.Contracts;
using Ticketing.Testing;

namespace Ticketing.Benchmarks.Logs;

/// <summary>What it costs bookings that all services log at once, and whether every record is accounted for.</summary>
internal static class LogsBenchmark
{
    private const int Tickets = 500;
    private const int Buyers = 64;

    private static readonly int AllServices = ProcessorTimes.Services.Length;

    public static Command Command()
    {
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 10, Description = "How long each load lasts." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5, Description = "How often with and without." };
        var rate = new Option<int>("--rate") { DefaultValueFactory = _ => 20_000, Description = "Log records per second, from all services together." };
        var command = new Command("logs", "Bookings while all services log, compared with bookings while they do not.") { seconds, rounds, rate };
        command.SetAction((arguments, _) => RunAsync(
            TimeSpan.FromSeconds(arguments.GetRequiredValue(seconds)), arguments.GetRequiredValue(rounds), arguments.GetRequiredValue(rate)));
        return command;
    }

    private static async Task RunAsync(TimeSpan duration, int rounds, int rate)
    {
        using var noise = new LogNoise();
        await using var shop = await BookedShop.StartAsync(Store.Memory, Tickets);
        await shop.WarmUpAsync();
        await Eventually.IsAsync(() => noise.Services == AllServices, () => $"{noise.Services} of {AllServices} services are ready to log");
        // The first noise is compiled while nobody looks.
        await RunAsync(shop, noise, duration / 2, rate);

        var ratios = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            // In turn, so that neither always comes first on a machine that becomes faster or slower.
            BookedLoad quiet, loud;
            if (round % 2 == 0)
                (quiet, loud) = (await RunAsync(shop, noise, duration, 0), await RunAsync(shop, noise, duration, rate));
            else
                (loud, quiet) = (await RunAsync(shop, noise, duration, rate), await RunAsync(shop, noise, duration, 0));
            ratios.Add(loud.Rate / quiet.Rate);
            Console.WriteLine($"  quiet      {quiet}");
            Console.WriteLine($"  logging    {loud}");
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"of the quiet rate: {string.Join(", ", ratios.Select(ratio => $"{ratio:0.00}"))}; median {ratios.Order().ElementAt(ratios.Count / 2):0.000}"));
        await TellAsync(shop.Kafka, noise);
    }

    private static async Task<BookedLoad> RunAsync(BookedShop shop, LogNoise noise, TimeSpan duration, int rate)
    {
        var load = shop.Load(Buyers, isHot: false);
        noise.Set(rate / AllServices);
        var before = noise.Read().GetValueOrDefault("logged");
        await load.RunAsync(duration);
        noise.Set(0);
        await SettleAsync(noise);
        if (rate > 0)
            Console.WriteLine($"  {noise.Read()["logged"] - before:N0} records logged");
        return load;
    }

    // What waits must not be at the cost of the next load.
    private static Task SettleAsync(LogNoise noise) => Eventually.IsAsync(
        () => noise.Read() is var counts && counts["ticketing.logs.emitted"] == counts["ticketing.logs.written"] + counts["ticketing.logs.dropped"],
        () => "records still wait");

    /// <summary>Waits until every record is accounted for, and says how.</summary>
    public static async Task TellAsync(string bootstrapServers, LogNoise noise)
    {
        // Read by its own eyes, as Activity does.
        var (written, told, twice) = (0L, 0L, 0L);
        await Eventually.IsAsync(
            () =>
            {
                (written, told, twice) = ReadLogs(bootstrapServers);
                return told == noise.Read()["ticketing.logs.dropped"];
            },
            () => $"{told} are told to be dropped, not {noise.Read()["ticketing.logs.dropped"]}");
        await SettleAsync(noise);
        var counts = noise.Read();
        (written, told, twice) = ReadLogs(bootstrapServers);
        var emitted = counts["ticketing.logs.emitted"];
        Console.WriteLine($"emitted {emitted:N0} (of which {counts["logged"]:N0} for the benchmark) = on the topic {written:N0}{(twice > 0 ? $" (and {twice:N0} of them twice)" : "")} + told to be dropped {told:N0}: {(emitted == written + told ? "exact" : "WRONG")}");
        if (emitted != written + told)
            throw new InvalidOperationException($"{emitted - written - told:N0} records are neither written nor dropped.");
    }

    // A record may be there twice if the broker failed before its answer arrived.
    private static (long Written, long Dropped, long Twice) ReadLogs(string kafka)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig { BootstrapServers = kafka, GroupId = "benchmark", EnablePartitionEof = true }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(Topics.Logs, TimeSpan.FromSeconds(20)).Topics.Single().Partitions;
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(Topics.Logs, partition.PartitionId, Offset.Beginning)));
        var (written, dropped, twice, seen) = (0L, 0L, 0L, new HashSet<string>());
        for (var ends = 0; ends < partitions.Count;)
        {
            var result = consumer.Consume(TimeSpan.FromSeconds(20)) ?? throw new TimeoutException("The topic of logs is not read to its end.");
            if (result.IsPartitionEOF)
                ends++;
            else if (!seen.Add(Encoding.UTF8.GetString(result.Message.Value)))
                twice++;
            else if (LogRecord.Deserialize(result.Message.Value) is { Category: "Ticketing.Logging" } report)
                dropped += report.Properties!.Values.Sum(count => long.Parse(count!, CultureInfo.InvariantCulture));
            else
                written++;
        }
        return (written, dropped, twice);
    }
}
