using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Orders;

/// <summary>
/// Keeps each buyer to <see cref="OrderOptions.MaxOpenHolds"/> unpaid orders. A buyer's calls take turns, so that each sees what the one before has placed.
/// Another instance may place an order at the same moment, so the orders are counted again once a new one is stored.
/// </summary>
public sealed class OpenHolds(Repository<Order> orders, IOptions<OrderOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly PartitionedRateLimiter<string> _turns = PartitionedRateLimiter.Create<string, string>(
        buyer => RateLimitPartition.GetConcurrencyLimiter(buyer, _ => new() { PermitLimit = 1, QueueLimit = int.MaxValue }));

    /// <summary>Waits for the buyer's turn, which lasts until the result is disposed.</summary>
    public ValueTask<RateLimitLease> TurnAsync(string userId, CancellationToken cancellation) => _turns.AcquireAsync(userId, 1, cancellation);

    /// <summary>The unpaid orders of a buyer who can place no other; null if there is room for one.</summary>
    public async Task<IReadOnlyList<Order>?> FindFullAsync(string userId, CancellationToken cancellation) =>
        await FindAsync(userId, options.Value.MaxOpenHolds, cancellation) is var open && open.Count >= options.Value.MaxOpenHolds ? open : null;

    /// <summary>Ends an order that was placed just now if the buyer's orders are too many.</summary>
    /// <returns>The buyer's other unpaid orders if it was ended; null if it stays.</returns>
    public async Task<IReadOnlyList<Order>?> EndIfTooManyAsync(Order order)
    {
        var max = options.Value.MaxOpenHolds;
        // To its end even if the caller is gone: otherwise it could have one order too many.
        for (var started = time.GetTimestamp(); ; await Task.Delay(Pause, time))
        {
            var open = await FindAsync(order.UserId, max + 1, CancellationToken.None);
            var verdict = Judge(order.Id, open, max);
            if (verdict == Verdict.Stays)
                return null;
            if (verdict == Verdict.Waits && time.GetElapsedTime(started) < Patience)
                continue;
            var (ended, _) = await orders.ExecuteAsync(order.Id, Order.GiveUp, CancellationToken.None);
            return ended is { Reason: Reasons.TooManyUnpaid } ? [.. open.Where(one => one.Id != order.Id).Take(max)] : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    /// <summary>
    /// Whether an order stays, by what is counted after it was stored. The last one to be stored sees all the others, so there are never too many that stay. If
    /// there are too many, those whose holds end last give up, and the others wait for that. If it does not happen in time, they give up, too: then an order stays
    /// that was counted before theirs were stored.
    /// </summary>
    /// <param name="id">The order.</param>
    /// <param name="open">The buyer's unpaid orders as <see cref="Order.Open"/> gives them, one more than are allowed if there are.</param>
    /// <param name="max">How many are allowed.</param>
    public static Verdict Judge(string id, IReadOnlyList<Order> open, int max) =>
        open.Count <= max ? Verdict.Stays : open.Take(max).Any(one => one.Id == id) ? Verdict.Waits : Verdict.GivesUp;

    private async Task<IReadOnlyList<Order>> FindAsync(string userId, int limit, CancellationToken cancellation) =>
        [.. (await orders.Store.QueryAsync(Order.Open(userId, time.GetUtcNow(), limit), cancellation)).Select(document => document.State)];
}

/// <summary>What becomes of an order that was placed just now.</summary>
public enum Verdict
{
    /// <summary>The buyer's orders are no more than are allowed.</summary>
    Stays,

    /// <summary>They are too many, but others should give up first.</summary>
    Waits,

    /// <summary>They are too many, and this one has to give up.</summary>
    GivesUp,
}
