using System.Diagnostics;
using System.Globalization;
using Ticketing.Scenarios.Client;

namespace Ticketing.Benchmarks.Shops;

/// <summary>A running shop, with tickets and buyers.</summary>
internal sealed class BookedShop : IAsyncDisposable
{
    private const int Seats = 10_000;
    private const int ColdBookings = 3000;

    // Seven processes share the cores with their JIT compilers for a while, which on a busy machine is a long one.
    private static readonly TimeSpan WarmUpStep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(90);

    private readonly RunningShop _running;
    private readonly Caller _seller;
    private readonly IReadOnlyList<Ticket> _tickets;
    private readonly Caller[] _buyers;
    private readonly BookedLoad _cold;

    private BookedShop(string name, RunningShop running, Caller seller, IReadOnlyList<Ticket> tickets, Caller[] buyers)
    {
        (Name, _running, _seller, _tickets, _buyers) = (name, running, seller, tickets, buyers);
        _cold = Load(buyers.Length, isHot: false);
    }

    public string Name { get; }

    /// <summary>Its broker.</summary>
    public string Kafka => _running.Shop.Endpoints.Kafka;

    /// <summary>Starts a shop on a store. Says how long that took, and what its first bookings are like.</summary>
    public static async Task<BookedShop> StartAsync(string store, int ticketCount)
    {
        var running = await RunningShop.StartAsync("--store", store);
        var seller = await running.Shop.SellerAsync();
        var tickets = new List<Ticket>();
        for (var i = 0; i < ticketCount; i++)
            tickets.Add(await seller.ListTicketAsync(quantity: Seats, maxPerBuyer: Seats));
        var buyers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => running.Shop.SignUpAsync()));
        var shop = new BookedShop(store, running, seller, tickets, buyers);
        await shop._cold.RunAsync(LongestWarmUp, ColdBookings);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{store}: ready {running.Start.TotalSeconds:0.0} s after its start; cold: the first {shop._cold.Bookings:N0} bookings, by {buyers.Length} buyers"));
        Console.WriteLine($"  {store,-10} {shop._cold}");
        return shop;
    }

    /// <summary>Books until it has not become faster for three steps.</summary>
    public async Task WarmUpAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var (bookings, last) = (_cold.Bookings, _cold);
        for (var (best, since) = (0.0, 0); since < 3 && Stopwatch.GetElapsedTime(started) < LongestWarmUp; since++)
        {
            last = Load(_buyers.Length, isHot: false);
            await last.RunAsync(WarmUpStep);
            bookings += last.Bookings;
            if (last.Rate > best * 1.05)
                (best, since) = (last.Rate, 0);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Name}: warmed up with {bookings:N0} bookings; the cold rate was {_cold.Rate / last.Rate:0.00} of the rate now"));
        Console.WriteLine($"  {Name,-10} {last}");
    }

    /// <summary>So many buyers, of one ticket or of all of them, each order for so many of them.</summary>
    public BookedLoad Load(int buyerCount, bool isHot, int lines = 1) =>
        new(_running, _buyers[..buyerCount], async () => isHot ? [await _seller.ListTicketAsync(quantity: Seats, maxPerBuyer: Seats)] : _tickets, lines);

    public ValueTask DisposeAsync() => _running.DisposeAsync();
}
