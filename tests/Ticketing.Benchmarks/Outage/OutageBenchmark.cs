using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Ticketing.Benchmarks.Logs;
using Ticketing.Benchmarks.Shops;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;
using Ticketing.Testing.Stores;

namespace Ticketing.Benchmarks.Outage;

/// <summary>
/// What a shop does while its broker is away: whether commands take longer, how the services' memory grows, and whether everything arrives after.
/// Documents are in PostgreSQL.
/// </summary>
internal static class OutageBenchmark
{
    private const int Tickets = 50;
    private const int Buyers = 32;
    private const int Seats = 10_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    public static Command Command()
    {
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 60, Description = "How long the broker is away." };
        var rate = new Option<int>("--rate") { DefaultValueFactory = _ => 30, Description = "Commands per second: a third each are orders, corrected tickets and sign-ins." };
        var logs = new Option<int>("--logs") { DefaultValueFactory = _ => 2000, Description = "Log records per second, from all services together." };
        var command = new Command("outage", "Commands, memory and log records while the broker is away, and after.") { seconds, rate, logs };
        command.SetAction((arguments, _) => RunAsync(
            TimeSpan.FromSeconds(arguments.GetRequiredValue(seconds)), arguments.GetRequiredValue(rate), arguments.GetRequiredValue(logs)));
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan duration, int rate, int logs)
    {
        if (!PostgresServer.IsAvailable)
        {
            Console.Error.WriteLine(PostgresServer.Missing);
            return 1;
        }
        using var noise = new LogNoise();
        await using var kafka = await RealKafka.StartAsync();
        await using var postgres = await PostgresServer.StartAsync();
        await using var services = await ShopProcesses.StartOnAsync(
            kafka.BootstrapServers, ShopProcesses.Others,
            ("Documents__Store", "postgres"), ("ConnectionStrings__postgres", postgres.ConnectionString), ("Orders__HoldDuration", "01:00:00"));
        var load = await Load.StartAsync(services.Shop);
        await Eventually.IsAsync(() => noise.Services == ProcessorTimes.Services.Length, () => $"{noise.Services} of {ProcessorTimes.Services.Length} services are ready to log");
        noise.Set(logs / ProcessorTimes.Services.Length);
        await load.RunAsync(rate, WarmUp);

        Console.WriteLine($"the broker is there   {await load.RunAsync(rate, duration)}");
        var before = Memory();
        await kafka.KillAsync(1);
        Console.WriteLine($"the broker is away    {await load.RunAsync(rate, duration)}");
        var after = Memory();
        noise.Set(0);
        Console.WriteLine($"  memory before and after, MB: {string.Join(", ", ProcessorTimes.Services.Zip(before, after).Select(one => $"{one.First} {one.Second} {one.Third}"))}");

        await kafka.RestartAsync(1);
        var started = Stopwatch.GetTimestamp();
        var placed = await load.WaitUntilReservedAsync();
        var reserved = Stopwatch.GetElapsedTime(started);
        await services.Shop.SettleAsync();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"the broker is back    after {reserved.TotalSeconds:0.0} s all {placed:N0} orders have their seats, after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s nothing is in flight"));
        await LogsBenchmark.TellAsync(kafka.BootstrapServers, noise);
        return 0;
    }

    private static long[] Memory() => Array.ConvertAll(
        ProcessorTimes.Services, service => ProcessTree.MemoryOf(ProcessTree.WithArguments(ChildProgram.BuiltPath(service)).Single(id => ProcessTree.CommandLine(id)[0] != "bash")) / (1024 * 1024));

    /// <summary>Commands that are sent on time, whatever those before take.</summary>
    private sealed class Load(Shop shop, Caller seller, Ticket[] tickets, Caller[] buyers)
    {
        private readonly ConcurrentBag<(Caller Buyer, string Order)> _placed = [];

        public static async Task<Load> StartAsync(Shop shop)
        {
            var seller = await shop.SellerAsync();
            var tickets = await Task.WhenAll(Enumerable.Range(0, Tickets).Select(_ => seller.ListTicketAsync(quantity: Seats, maxPerBuyer: Seats)));
            return new(shop, seller, tickets, await Task.WhenAll(Enumerable.Range(0, Buyers).Select(_ => shop.SignUpAsync())));
        }

        /// <summary>The times of the answers, in words.</summary>
        public async Task<string> RunAsync(int rate, TimeSpan duration)
        {
            var started = Stopwatch.GetTimestamp();
            var answers = new Task<(int Kind, double Milliseconds)>[(int)(rate * duration.TotalSeconds)];
            for (var i = 0; i < answers.Length; i++)
            {
                while (Stopwatch.GetElapsedTime(started).TotalSeconds < (double)i / rate)
                    await Task.Delay(1);
                answers[i] = CommandAsync(i);
            }
            var times = (await Task.WhenAll(answers)).ToLookup(answer => answer.Kind, answer => answer.Milliseconds);
            return string.Join("   ", ((string[])["orders", "tickets", "sign-ins"]).Select((name, kind) => $"{name} {times[kind].ToArray().Describe()}"));
        }

        /// <summary>How many orders were placed, all of which have their seats.</summary>
        public async Task<int> WaitUntilReservedAsync()
        {
            foreach (var (buyer, order) in _placed)
                await buyer.WaitForStatusAsync(order, Order.PendingPayment);
            return _placed.Count;
        }

        private async Task<(int Kind, double Milliseconds)> CommandAsync(int number)
        {
            var (kind, buyer, ticket) = (number % 3, buyers[number % buyers.Length], tickets[number % tickets.Length]);
            var started = Stopwatch.GetTimestamp();
            var answer = kind switch
            {
                0 => await buyer.PostAsync("/api/orders", new { ticketId = ticket.Id }),
                1 => await seller.PutAsync($"/api/tickets/{ticket.Id}", new { title = $"Concert {number}" }),
                _ => await shop.Anyone.PostAsync("/api/users/signin", new { email = buyer.Session.Email, password = Shop.Password }),
            };
            var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if ((int)answer.Status >= 300)
                throw new InvalidOperationException($"{answer.Status}: {answer.Body}");
            if (kind == 0)
                _placed.Add((buyer, answer.Read<Order>(answer.Status).Id));
            return (kind, elapsed);
        }
    }
}
