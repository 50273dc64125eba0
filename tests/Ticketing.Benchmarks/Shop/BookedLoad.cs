using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Ticketing.Scenarios.Client;

namespace Ticketing.Benchmarks.Shops;

/// <summary>Buyers who book one seat after the other.</summary>
/// <param name="shop">Where.</param>
/// <param name="buyers">Who.</param>
/// <param name="list">Which tickets; asked for with each run, so that it begins with all their seats.</param>
/// <param name="settle">Waits until all that follows from a run is done: it must not be at the cost of the next shop.</param>
internal sealed class BookedLoad(string shop, Caller[] buyers, Func<Task<IReadOnlyList<Ticket>>> list, Func<Task> settle)
{
    private readonly ConcurrentBag<double> _bookings = [];
    private TimeSpan _elapsed;

    /// <summary>Completed bookings per second.</summary>
    public double Rate => _bookings.Count / _elapsed.TotalSeconds;

    /// <summary>Books for so long; ends early when everything is sold.</summary>
    public async Task RunAsync(TimeSpan duration)
    {
        var tickets = await list();
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
                _bookings.Add(Stopwatch.GetElapsedTime(booking).TotalMilliseconds);
            }
        })));
        _elapsed += Stopwatch.GetElapsedTime(started);
        await settle();
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"  {shop,-10} {Rate,8:0.0} bookings/s   {_bookings.Describe()}");
}
