namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// <c>ticket.low_stock</c> and <c>ticket.sold_out</c> are told once each time that a ticket on sale falls to that, with the version that it falls with, and
/// never otherwise. It falls from what one decision left to what the next one leaves: what is refilled in between does not count.
/// </summary>
internal static class StockIsTold
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        var told = facts.Events.Where(e => e.Type is "ticket.low_stock" or "ticket.sold_out").ToLookup(e => e.Id);
        return facts.TicketStates.GroupBy(e => e.Id).SelectMany(states => OfTicket(states.Key, Expected(states), [.. told[states.Key]], facts.HasLost("tickets")));
    }

    private static IEnumerable<Violation> OfTicket(string id, Dictionary<long, string?> expected, LogRecord[] told, bool hasLost)
    {
        foreach (var e in told)
        {
            // Of what a lost log had, a version may not be known, or the one before it.
            if (expected.TryGetValue(e.Version, out var type) ? type != e.Type : !hasLost)
                yield return new(nameof(StockIsTold), id, $"{e.Type} at {e.Place} is told of version {e.Version}, of which {type ?? "nothing"} is to be told.", e);
        }
        if (!hasLost)
            foreach (var (version, type) in expected.Where(each => each.Value is not null && !told.Any(e => e.Version == each.Key && e.Type == each.Value)))
                yield return new(nameof(StockIsTold), id, $"{type} of version {version} is not told.");
    }

    /// <summary>What is told of the stock with each version; null if nothing is. What is not known is left out.</summary>
    private static Dictionary<long, string?> Expected(IEnumerable<LogRecord> events)
    {
        var expected = new Dictionary<long, string?>();
        var (before, last) = ((State?)null, (State?)null);
        foreach (var state in events.DistinctBy(e => e.Version).OrderBy(e => e.Version).Select(State.Of))
        {
            var follows = state.Version == last?.Version + 1;
            if (follows && state.Released > last!.Released)
                expected[last.Version] = null;
            else
                // A listing has not fallen to anything.
                before = state.Version == 1 ? state : follows ? last : null;
            if (before is not null)
                expected[state.Version] = WhatIsTold(before, state);
            last = state;
        }
        return expected;
    }

    private static string? WhatIsTold(State before, State after) => !after.IsOnSale ? null
        : after.Available <= 0 && before.Available > 0 ? "ticket.sold_out"
        : after.IsLow && !before.IsLow ? "ticket.low_stock"
        : null;

    /// <summary>What a version says of a ticket's stock.</summary>
    private sealed record State(long Version, int Available, int Threshold, bool IsOnSale, int Released)
    {
        public bool IsLow => Available <= Threshold;

        public static State Of(LogRecord e)
        {
            var (json, quantity) = (e.Event!.Value, e.Number("quantity"));
            return new(
                e.Version, quantity - e.Number("held") - e.Number("sold"),
                json.TryGetProperty("lowStockAt", out var low) ? low.GetInt32() : Math.Min(100, (int)Math.Ceiling(quantity / 10m)),
                e.Text("state") is "" or "on_sale", json.TryGetProperty("refill", out var refill) ? refill.GetProperty("released").GetInt32() : 0);
        }
    }
}
