using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Ticketing.Scenarios.Client;

namespace Ticketing.Benchmarks.Shops;

/// <summary>Completed bookings per second through HTTP and all five services: order, reserved, paid, completed.</summary>
internal static class BookingsBenchmark
{
    private const int Tickets = 500;
    private const int Seats = 10_000;

    // Seven processes share the cores with their JIT compilers for a while, which on a busy machine is a long one.
    private static readonly TimeSpan WarmUpStep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(90);

    public static Command Command()
    {
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 15, Description = "How long each load lasts." };
        var store = Store.Option();
        var command = new Command("bookings", "Completed bookings per second, all five services.") { seconds, store };
        command.SetAction((arguments, _) => RunAsync(TimeSpan.FromSeconds(arguments.GetRequiredValue(seconds)), arguments.GetRequiredValue(store)));
        return command;
    }

    // A durable store is compared with the memory, in the same run.
    private static async Task RunAsync(TimeSpan duration, string store)
    {
        Console.WriteLine(Store.Memory);
        var rates = await MeasureAsync(duration, Store.Memory);
        if (store == Store.Memory)
            return;
        Console.WriteLine(store);
        var ratios = (await MeasureAsync(duration, store)).Zip(rates, (durable, memory) => durable / memory).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"of the memory's rate: {string.Join(", ", ratios.Select(ratio => $"{ratio:0.00}"))}"));
    }

    private static async Task<List<double>> MeasureAsync(TimeSpan duration, string store)
    {
        var rates = new List<double>();
        await using var running = await RunningShop.StartAsync("--store", store);
        var seller = await running.Shop.SellerAsync();
        var many = new List<Ticket>();
        for (var i = 0; i < Tickets; i++)
            many.Add(await seller.ListTicketAsync(quantity: Seats));
        var buyers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => running.Shop.SignUpAsync()));

        await WarmUpAsync(buyers, many);
        foreach (var count in new[] { 16, 64 })
        {
            rates.Add(Print($"{count} buyers, {Tickets} tickets", await BookAsync(buyers[..count], many, duration)));
            rates.Add(Print($"{count} buyers, one hot ticket", await BookAsync(buyers[..count], [await seller.ListTicketAsync(quantity: Seats)], duration)));
        }
        await running.Shop.SettleAsync();
        return rates;
    }

    // Until it has not become faster for three steps.
    private static async Task WarmUpAsync(Caller[] buyers, List<Ticket> tickets)
    {
        var started = Stopwatch.GetTimestamp();
        for (var (best, since) = (0.0, 0); since < 3 && Stopwatch.GetElapsedTime(started) < LongestWarmUp; since++)
        {
            var (bookings, elapsed) = await BookAsync(buyers, tickets, WarmUpStep);
            if (bookings.Count / elapsed.TotalSeconds is var rate && rate > best * 1.05)
                (best, since) = (rate, 0);
        }
    }

    private static double Print(string load, (IReadOnlyCollection<double> Bookings, TimeSpan Elapsed) run)
    {
        var rate = run.Bookings.Count / run.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {load,-28} {rate,8:0.0} bookings/s   {run.Bookings.Describe()}"));
        return rate;
    }

    /// <returns>How long each booking took, in milliseconds, and all of them together. Ends early when everything is sold.</returns>
    private static async Task<(IReadOnlyCollection<double> Bookings, TimeSpan Elapsed)> BookAsync(
        Caller[] buyers, List<Ticket> tickets, TimeSpan duration)
    {
        var bookings = new ConcurrentBag<double>();
        var left = tickets.Sum(ticket => ticket.Available);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(buyers.Select(buyer => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < duration && Interlocked.Decrement(ref left) >= 0)
            {
                var booking = Stopwatch.GetTimestamp();
#pragma warning disable CA5394 // Spreads the load; nothing secret.
                await buyer.BuyAsync(tickets[Random.Shared.Next(tickets.Count)]);
#pragma warning restore CA5394
                bookings.Add(Stopwatch.GetElapsedTime(booking).TotalMilliseconds);
            }
        })));
        return (bookings, Stopwatch.GetElapsedTime(started));
    }
}
