using Ticketing.Messaging;

namespace Ticketing.Orders;

/// <summary>
/// Orders for seats that are gone or not on sale, by what is known here. Only Tickets knows whether that still holds, and a ticket that is sold out
/// may have thousands of callers. So one order at a time is placed for each ticket. If it is refused, so are those for as many seats or more that
/// waited for it: the refusal is newer than their calls.
/// </summary>
public sealed class ScarceOrders
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Turn> _running = [];
    private readonly Dictionary<string, Turn> _next = [];

    /// <summary>Places an order when its turn comes, or answers with the refusal of another one.</summary>
    /// <param name="ticketId">The ticket.</param>
    /// <param name="quantity">How many seats.</param>
    /// <param name="placeAsync">Places the order, and returns when Tickets has decided.</param>
    public async Task<(Order? Order, Refusal? Refusal)> PlaceAsync(string ticketId, int quantity, Func<Task<(Order? Order, Refusal? Refusal)>> placeAsync)
    {
        while (true)
        {
            var (turn, isMine) = Join(ticketId, quantity);
            if (isMine)
                return await TakeAsync(ticketId, turn, placeAsync);
            // Fewer seats may be there when more are not.
            if (quantity < turn.Quantity)
                return await placeAsync();
            if (await turn.Refused.Task is { } refusal)
                return (null, refusal);
        }
    }

    /// <summary>The turn that has not begun yet, and whether it is this caller's.</summary>
    private (Turn Turn, bool IsMine) Join(string ticketId, int quantity)
    {
        lock (_lock)
        {
            if (_next.TryGetValue(ticketId, out var next))
                return (next, false);
            var turn = new Turn(quantity, _running.GetValueOrDefault(ticketId)?.Refused.Task);
            (turn.Before is null ? _running : _next)[ticketId] = turn;
            return (turn, true);
        }
    }

    private async Task<(Order? Order, Refusal? Refusal)> TakeAsync(string ticketId, Turn turn, Func<Task<(Order? Order, Refusal? Refusal)>> placeAsync)
    {
        if (turn.Before is { } before)
        {
            await before;
            lock (_lock)
            {
                _next.Remove(ticketId);
                _running[ticketId] = turn;
            }
        }
        Refusal? refusal = null;
        try
        {
            var placed = await placeAsync();
            // Others can neither have used this buyer's key before, nor have its unpaid orders.
            refusal = placed.Refusal is { Kind: RefusalKind.Conflict } conflict ? conflict : null;
            return placed;
        }
        finally
        {
            lock (_lock)
            {
                if (_running.GetValueOrDefault(ticketId) == turn)
                    _running.Remove(ticketId);
            }
            turn.Refused.SetResult(refusal);
        }
    }

    private sealed class Turn(int quantity, Task? before)
    {
        public int Quantity => quantity;

        /// <summary>The turn before this one, if it has not ended yet.</summary>
        public Task? Before => before;

        /// <summary>The refusal; null if the order was placed.</summary>
        public TaskCompletionSource<Refusal?> Refused { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
