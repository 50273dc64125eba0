using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Ticketing.Benchmarks.Shops;
using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.Benchmarks.Streams;

/// <summary>
/// Many open streams of notifications on one instance: what they cost while nothing happens, and how long an event takes from Kafka to its stream, when this
/// instance handles it and when another one does. Documents are in PostgreSQL.
/// </summary>
internal static class StreamsBenchmark
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static Command Command()
    {
        var streams = new Option<int>("--streams") { DefaultValueFactory = _ => 5000, Description = "How many streams, each of a user of its own." };
        var rate = new Option<int>("--rate") { DefaultValueFactory = _ => 100, Description = "Events per second." };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 15, Description = "How long each load lasts." };
        var command = new Command("streams", "Many open streams of notifications: memory, processor time, and the delay from event to stream.") { streams, rate, seconds };
        command.SetAction((arguments, _) => RunAsync(arguments.GetRequiredValue(streams), arguments.GetRequiredValue(rate), arguments.GetRequiredValue(seconds)));
        return command;
    }

    private static async Task<int> RunAsync(int count, int rate, int seconds)
    {
        if (!PostgresServer.IsAvailable)
        {
            Console.Error.WriteLine(PostgresServer.Missing);
            return 1;
        }
        await using var kafka = await RealKafka.StartAsync();
        await using var postgres = await PostgresServer.StartAsync();
        await using var services = await ShopProcesses.StartOnAsync(
            kafka.BootstrapServers, ["Notifications"], ("Documents__Store", "postgres"), ("ConnectionStrings__postgres", postgres.ConnectionString));
        var shop = services.Shop;
        // Not the shell that guards it.
        var cost = new Cost(ProcessTree.WithArguments(ChildProgram.BuiltPath("Notifications")).Single(id => ProcessTree.CommandLine(id)[0] != "bash"), postgres.Id);
        var users = new List<Caller>();
        while (users.Count < count)
            users.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(50, count - users.Count)).Select(_ => shop.SignUpAsync())));
        await shop.SettleAsync();

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} users, {rate} events/s for {seconds} s, {Environment.ProcessorCount} cores"));
        Console.WriteLine($"  no stream, idle         {await cost.OfAsync(() => Task.Delay(TimeSpan.FromSeconds(seconds)))}");
        var arrivals = new Arrivals(kafka.BootstrapServers, users);
        await arrivals.OpenAsync(shop);
        Console.WriteLine($"  open streams, idle      {await cost.OfAsync(() => Task.Delay(TimeSpan.FromSeconds(seconds)))}");
        // The first events find cold code.
        await arrivals.RunAsync(rate, 5);
        Console.WriteLine($"  handled here            {await cost.OfAsync(() => arrivals.RunAsync(rate, seconds))}   {arrivals.Delays.Describe()}");
        await services.AddAsync("Notifications", "Notifications-2");
        await shop.SettleAsync();
        await arrivals.RunAsync(rate, 5);
        Console.WriteLine($"  half handled elsewhere  {await cost.OfAsync(() => arrivals.RunAsync(rate, seconds))}   {arrivals.Delays.Describe()}");
        // Its streams end.
        await services.StopAsync("Notifications");
        await arrivals.CloseAsync();
        return 0;
    }

    /// <summary>What the instance with the streams and PostgreSQL use.</summary>
    private sealed class Cost(int instance, int postgres)
    {
        public async Task<string> OfAsync(Func<Task> load)
        {
            var (started, before) = (Stopwatch.GetTimestamp(), Now());
            await load();
            var (elapsed, after) = (Stopwatch.GetElapsedTime(started), Now());
            return string.Create(CultureInfo.InvariantCulture,
                $"{ProcessTree.MemoryOf(instance) / (1024 * 1024),5} MB   of a core: {(after.Instance - before.Instance) / elapsed,6:0.0%}, PostgreSQL {(after.Postgres - before.Postgres) / elapsed,6:0.0%}");
        }

        private (TimeSpan Instance, TimeSpan Postgres) Now() => (ProcessTree.ProcessorTimeOf(instance), ProcessTree.ProcessorTimeOf(postgres));
    }

    /// <summary>Events to users one after the other, each about a ticket of its own, and their arrival on the streams.</summary>
    private sealed class Arrivals(string bootstrapServers, List<Caller> users)
    {
        private readonly ConcurrentDictionary<string, (long At, TaskCompletionSource<double> Arrived)> _sent = [];
        private readonly List<NotificationStream> _streams = [];
        private readonly List<Task> _reading = [];
        private int _next;

        /// <summary>In milliseconds, of the last run.</summary>
        public IReadOnlyCollection<double> Delays { get; private set; } = [];

        public async Task OpenAsync(Shop shop)
        {
            foreach (var some in users.Chunk(100))
                _streams.AddRange(await Task.WhenAll(some.Select(user => shop.StreamAsync(user))));
            _reading.AddRange(_streams.Select(ReadAsync));
        }

        public async Task CloseAsync()
        {
            await Task.WhenAll(_reading);
            foreach (var stream in _streams)
                await stream.DisposeAsync();
        }

        public async Task RunAsync(int rate, int seconds)
        {
            using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = bootstrapServers, LingerMs = 0 }).Build();
            var started = Stopwatch.GetTimestamp();
            var arrived = new Task<double>[rate * seconds];
            for (var i = 0; i < arrived.Length; i++)
            {
                while (Stopwatch.GetElapsedTime(started).TotalSeconds < (double)i / rate)
                    await Task.Delay(1);
                var ticket = $"ticket-{_next}";
                var low = new TicketLowStock { Id = ticket, TicketId = ticket, Title = "Front row", UserId = users[_next++ % users.Count].Id, Available = 1, Threshold = 1, Version = 1 };
                var arrival = new TaskCompletionSource<double>(TaskCreationOptions.RunContinuationsAsynchronously);
                _sent[ticket] = (Stopwatch.GetTimestamp(), arrival);
                producer.Produce(Topics.Tickets, new() { Key = ticket, Value = EventJson.Serialize(low) });
                arrived[i] = arrival.Task;
            }
            Delays = await Task.WhenAll(arrived).WaitAsync(Patience);
        }

        private async Task ReadAsync(NotificationStream stream)
        {
            while (await stream.NextAsync(Timeout.InfiniteTimeSpan) is { TicketId: { } ticket })
            {
                var (at, arrived) = _sent[ticket];
                arrived.SetResult(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            }
        }
    }
}
