using System.CommandLine;
using System.Diagnostics;
using Ticketing.ActivityLog;
using Ticketing.Testing.Stores;
using ActivityKind = Ticketing.ActivityLog.ActivityKind;

namespace Ticketing.Benchmarks.Activities;

/// <summary>How fast Activity's PostgreSQL takes log records, and how long searches through all of them take.</summary>
internal static class ActivityBenchmark
{
    private const int BatchSize = 1000;
    private const int Rounds = 20;

    // As an instance has members that append: one for each topic.
    private const int Writers = 2;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly string[] Services = ["orders", "tickets", "payments", "accounts", "expiration", "notifications", "activity"];

    public static Command Command()
    {
        var records = new Option<int>("--records") { DefaultValueFactory = _ => 1_000_000, Description = "How many." };
        var command = new Command("activity", "Log records into Activity's store in PostgreSQL, and searches through all of them.") { records };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(records), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int count, CancellationToken cancellation)
    {
        if (!PostgresServer.IsAvailable)
        {
            Console.Error.WriteLine(PostgresServer.Missing);
            return 1;
        }
        await using var server = await PostgresServer.StartAsync();
        await using var store = new PostgreSqlActivityStore(server.ConnectionString, "activity", new(TimeSpan.FromDays(7), 100L << 30), TimeProvider.System);
        var now = DateTimeOffset.UtcNow;
        await FillAsync(store, count, now, cancellation);

        Console.WriteLine($"{"search",-52} {"found",6} {"p50 ms",8} {"max ms",8}");
        (string Name, ActivityFilter Filter)[] searches =
        [
            ("nothing", ActivityFilter.All),
            ("a frequent word (each 2nd)", new() { Text = "request" }),
            ("a rare word (10)", new() { Text = "needle" }),
            ("a word that does not occur", new() { Text = "nowhere" }),
            ("a rare and a frequent word", new() { Text = "needle request" }),
            ("two frequent words, never together", new() { Text = "request sweep" }),
            ("frequent, in the oldest tenth only", new() { Text = "migration" }),
            ("a service and a level", new() { Service = "orders", Level = ActivityLevel.Error }),
            ("a service and a level that it never has", new() { Service = "accounts", Level = ActivityLevel.Critical }),
            ("a frequent word, a service and a level", new() { Text = "request", Service = "payments", Level = ActivityLevel.Warning }),
            ("a word and a service, never together", new() { Text = "sweep", Service = "payments" }),
            ("a prefix, frequent", new() { Text = "req*" }),
            ("a prefix, rare", new() { Text = "need*" }),
            ("a prefix, frequent in the oldest tenth only", new() { Text = "migr*" }),
            ("a prefix and a service, never together", new() { Text = "swee*", Service = "payments" }),
            ("a trace", new() { TraceId = Trace(count / 3) }),
            ("a frequent word, an hour in the middle", new() { Text = "request", From = now - Day / 2, To = now - Day / 2 + TimeSpan.FromHours(1) }),
        ];
        foreach (var (name, filter) in searches)
            await MeasureAsync(name, async () => (await store.FindAsync(filter, 50, null, cancellation)).Count);
        await MeasureAsync("counts of an hour", async () => (await store.CountAsync(new() { From = now - TimeSpan.FromHours(1) }, cancellation)).Count);
        await MeasureAsync("counts of a day", async () => (await store.CountAsync(new() { From = now - Day }, cancellation)).Count);
        await MeasureAsync("counts of a day, a rare word", async () => (await store.CountAsync(new() { From = now - Day, Text = "needle" }, cancellation)).Count);
        var end = (await store.TailAsync(ActivityFilter.All, 0, 0, cancellation)).Newest;
        await MeasureAsync("a stream's look for what is new", async () => (await store.TailAsync(new() { Text = "request" }, end, 200, cancellation)).Entries.Count);
        return 0;
    }

    private static async Task FillAsync(PostgreSqlActivityStore store, int count, DateTimeOffset now, CancellationToken cancellation)
    {
        var (started, next) = (Stopwatch.GetTimestamp(), 0);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(
            async () =>
            {
                while (Interlocked.Add(ref next, BatchSize) - BatchSize is var first && first < count)
                    await store.AppendAsync([.. Enumerable.Range(first, BatchSize).Select(i => Record(i, count, now))], cancellation);
            }, cancellation)));
        var elapsed = Stopwatch.GetElapsedTime(started);
        Console.WriteLine($"{count:N0} records in {elapsed.TotalSeconds:F1} s: {count / elapsed.TotalSeconds:N0} per second");
    }

    private static async Task MeasureAsync(string name, Func<Task<int>> search)
    {
        var (times, found) = (new List<double>(), 0);
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            found = await search();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        Console.WriteLine($"{name,-52} {found,6} {times[Rounds / 2],8:F1} {times[^1],8:F1}");
    }

    private static string Trace(int i) => $"{i / 8:x32}";

    /// <summary>Record number i of so many, which are a day's.</summary>
    private static ActivityEntry Record(int i, int count, DateTimeOffset now)
    {
        var id = new Guid(i, 7, 7, 1, 2, 3, 4, 5, 6, 7, (byte)i);
        var text = i % 2 == 0 ? $"Request {id} took {i % 977} ms"
            : i % (count / 10) == 1 ? $"A needle in order {id}"
            : i < count / 10 ? $"The migration of {id} goes on"
            : i % 3 == 0 ? $"The sweep found {i % 17} events of {id}"
            : $"Consumer group took batch {i % 4999} of partition {i % 6}";
        // Sweeps and payments do not meet.
        var service = Services[i % 3 == 0 && i % 2 == 1 ? 1 : i % Services.Length];
        return new()
        {
            Id = $"logs/{i % 3}/{i}/0",
            At = Microseconds.Truncate(now - Day + Day * ((double)i / count)),
            Kind = ActivityKind.Log,
            Service = service,
            Level = i % 1009 == 0 ? ActivityLevel.Error : i % 101 == 0 ? ActivityLevel.Warning : i % 5 == 0 ? ActivityLevel.Debug : ActivityLevel.Information,
            Category = $"Ticketing.{service}.Worker",
            TraceId = Trace(i),
            SpanId = $"{i:x16}",
            Message = text,
            Properties = new Dictionary<string, string> { ["Id"] = $"{id}", ["Elapsed"] = $"{i % 977}" },
        };
    }
}
