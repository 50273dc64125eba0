using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Npgsql;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Testing.Stores;

namespace Ticketing.Benchmarks.Contests;

/// <summary>
/// The same events, in turn, through the runtime and through what one would use in its place, on one broker and one server. All make the same
/// promises: at least once, nothing applied twice, order per key, nothing lost.
/// </summary>
internal static class Contest
{
    public const string Prefix = "bench-";
    public const string WarmUpPrefix = "warm-";

    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(10);

    /// <param name="bootstrapServers">A broker with both topics, filled.</param>
    /// <param name="postgres">A server.</param>
    /// <param name="warmUp">How many events each process handles before it is measured.</param>
    /// <param name="events">How many it is measured with.</param>
    /// <param name="rounds">How often.</param>
    public static async Task RunAsync(string bootstrapServers, PostgresServer postgres, int warmUp, int events, int rounds)
    {
        var results = Contestant.All.ToDictionary(contestant => contestant, _ => new List<Measurement>());
        Console.WriteLine(Text($"until every outbox is empty, {events:N0} events; each run is a process of its own that has handled {warmUp:N0} before"));
        Console.WriteLine($"{"",-22}{"events/s",10}{"CPU ms per 1,000: program",28}{"PostgreSQL",12}{"both",8}{"peak MB",10}");
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (contestant, measurements) in results)
            {
                var measured = await RunAsync(contestant, $"{contestant.Name}{round}");
                measurements.Add(measured);
                Console.WriteLine($"{round} {contestant.Title,-20}{Describe(measured)}");
            }
        }
        Console.WriteLine("medians");
        var medians = results.Select(result => (result.Key.Title, Median: Median(result.Value))).ToArray();
        foreach (var (title, median) in medians)
            Console.WriteLine($"  {title,-20}{Describe(median)}");
        Console.WriteLine("ratio to ours");
        var ours = medians[0].Median;
        foreach (var (title, median) in medians.Skip(1))
            Console.WriteLine(Text(
                $"  {title,-20}{median.Rate / ours.Rate,10:0.00}{median.Program / ours.Program,28:0.00}{median.Postgres / ours.Postgres,12:0.00}{median.Both / ours.Both,8:0.00}{median.Peak / ours.Peak,10:0.00}"));

        async Task<Measurement> RunAsync(Contestant contestant, string prefix)
        {
            await ExecuteAsync("checkpoint");
            var before = Published(bootstrapServers);
            await using var process = ChildProcess.Start(ChildProgram.Built(
                "Ticketing.Benchmarks", "contestant", contestant.Name, bootstrapServers, postgres.ConnectionString, $"{postgres.Id}", prefix, $"{warmUp}",
                $"{events}"));
            var measured = JsonSerializer.Deserialize<Measurement>(await process.ReadyAsync(LongestRun))!;
            // An event is answered if its document was one version behind it. So this many answers say that none was lost or out of order.
            var published = Published(bootstrapServers) - before;
            if (published < warmUp + events)
                throw new InvalidOperationException($"{contestant.Title} has answered {published} of {warmUp + events} events.");
            if (published > warmUp + events)
                Console.WriteLine($"  ({contestant.Title} has published {published - warmUp - events} more than once)");
            // What one has written must not be flushed or cleaned up at the cost of the next.
            await ExecuteAsync($"drop schema {prefix}_{Contestant.WarmUp}, {prefix}_{Contestant.Measured} cascade");
            return measured;
        }

        async Task ExecuteAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(postgres.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static long Published(string bootstrapServers)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = "bench-reader" }).Build();
        return new[] { Prefix, WarmUpPrefix }.Sum(prefix => Enumerable.Range(0, KafkaNames.Partitions)
            .Sum(partition => consumer.QueryWatermarkOffsets(new(prefix + Topics.Payments, partition), TimeSpan.FromSeconds(10)).High.Value));
    }

    private static Measurement Median(List<Measurement> all)
    {
        return new(Of(one => one.Rate), Of(one => one.Program), Of(one => one.Postgres), Of(one => one.Peak));

        double Of(Func<Measurement, double> value) => all.Select(value).Order().ElementAt(all.Count / 2);
    }

    private static string Describe(Measurement measured) =>
        Text($"{measured.Rate,10:N0}{measured.Program,28:0.0}{measured.Postgres,12:0.0}{measured.Both,8:0.0}{measured.Peak,10:N0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
