using System.Diagnostics;
using System.Globalization;
using Ticketing.Scenarios.Client;

namespace Ticketing.Benchmarks.Shops;

/// <summary>A running shop, with tickets, buyers, and its JIT compilers' work done.</summary>
internal sealed class BookedShop(string name, RunningShop running, Caller seller, IReadOnlyList<Ticket> tickets, Caller[] buyers) : IAsyncDisposable
{
    private const int Seats = 10_000;
    private const int ColdBookings = 3000;

    // Seven processes share the cores with their JIT compilers for a while, which on a busy machine is a long one.
    private static readonly TimeSpan WarmUpStep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(90);

    public string Name => name;

    /// <summary>Starts a shop on a store, and warms it up. Says what it did when it was cold.</summary>
    public static async Task<BookedShop> StartAsync(string store, int ticketCount)
    {
        var running = await RunningShop.StartAsync("--store", store);
        var seller = await running.Shop.SellerAsync();
        var tickets = new List<Ticket>();
        for (var i = 0; i < ticketCount; i++)
            tickets.Add(await seller.ListTicketAsync(quantity: Seats));
        var buyers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => running.Shop.SignUpAsync()));
        var shop = new BookedShop(store, running, seller, tickets, buyers);
        await shop.WarmUpAsync();
        return shop;
    }

    /// <summary>So many buyers, of one ticket or of all of them.</summary>
    public BookedLoad Load(int buyerCount, bool isHot) =>
        new(running, buyers[..buyerCount], async () => isHot ? [await seller.ListTicketAsync(quantity: Seats)] : tickets);

    public ValueTask DisposeAsync() => running.DisposeAsync();

    // Until it has not become faster for three steps.
    private async Task WarmUpAsync()
    {
        var cold = Load(buyers.Length, isHot: false);
        await cold.RunAsync(TimeSpan.MaxValue, ColdBookings);
        var started = Stopwatch.GetTimestamp();
        var (bookings, last) = (cold.Bookings, cold);
        for (var (best, since) = (0.0, 0); since < 3 && Stopwatch.GetElapsedTime(started) < LongestWarmUp; since++)
        {
            last = Load(buyers.Length, isHot: false);
            await last.RunAsync(WarmUpStep);
            bookings += last.Bookings;
            if (last.Rate > best * 1.05)
                (best, since) = (last.Rate, 0);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: ready after {running.Start.TotalSeconds:0.0} s; the first {cold.Bookings:N0} bookings {cold.Rate:0}/s, after a warm-up of {bookings:N0} {last.Rate:0}/s, ratio {cold.Rate / last.Rate:0.00}"));
        Console.WriteLine($"  cold  {cold.Cost}");
        Console.WriteLine($"  warm  {last.Cost}");
    }
}
