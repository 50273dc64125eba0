using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Ticketing.Scenarios.Client;

namespace Ticketing.Benchmarks.Shops;

/// <summary>Buyers who book one seat after the other.</summary>
/// <param name="running">Where.</param>
/// <param name="buyers">Who.</param>
/// <param name="list">Which tickets; asked for with each run, so that it begins with all their seats.</param>
/// <param name="lines">How many tickets an order is for.</param>
internal sealed class BookedLoad(RunningShop running, Caller[] buyers, Func<Task<IReadOnlyList<Ticket>>> list, int lines = 1)
{
    private readonly ConcurrentBag<double> _bookings = [];
    private readonly BookingCost _cost = new();
    private TimeSpan _elapsed;

    public int Bookings => _bookings.Count;

    /// <summary>Completed bookings per second.</summary>
    public double Rate => Bookings / _elapsed.TotalSeconds;

    /// <summary>What the processes of the shop and its servers have used, until all that follows from the bookings was done.</summary>
    public string Cost => _cost.Describe(Bookings);

    /// <summary>Books for so long; ends early when everything is sold, or when so many are booked.</summary>
    public async Task RunAsync(TimeSpan duration, int most = int.MaxValue)
    {
        var tickets = await list();
        var left = Math.Min(most, tickets.Sum(ticket => ticket.Available));
        var before = running.ProcessorTimes.Now();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(buyers.Select(buyer => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < duration && Interlocked.Decrement(ref left) >= 0)
            {
                var booking = Stopwatch.GetTimestamp();
#pragma warning disable CA5394 // Spreads the load; nothing secret.
                var first = Random.Shared.Next(tickets.Count);
#pragma warning restore CA5394
                await buyer.BuyAsync([.. Enumerable.Range(first, lines).Select(i => tickets[i % tickets.Count])]);
                _bookings.Add(Stopwatch.GetElapsedTime(booking).TotalMilliseconds);
            }
        })));
        _elapsed += Stopwatch.GetElapsedTime(started);
        // All that follows from a run: it must not be at the cost of the next shop.
        await running.Shop.SettleAsync();
        _cost.Add(before, running.ProcessorTimes.Now());
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rate,8:0.0} bookings/s   {_bookings.Describe()}   {Cost}");
}
