namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// At every moment, no buyer holds and has bought more seats of a ticket than its seller allows. Whose an order is, Orders says. A limit that was another
/// one once proves nothing: who has more seats than a lower one allows keeps them.
/// </summary>
internal static class LimitsAreKept
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        var said = facts.TicketStates.GroupBy(e => e.Id).ToDictionary(same => same.Key, same => same.Select(Limit).Distinct().ToArray());
        var moments = facts.Snapshot.Glances.Select(glance => glance.Documents).Append(facts.Snapshot.Documents);
        return moments.SelectMany(documents => AtOnce(facts, new(facts.Snapshot with { Documents = documents, Log = [] }), said)).DistinctBy(violation => violation.Aggregate);
    }

    private static IEnumerable<Violation> AtOnce(Facts facts, Facts seen, Dictionary<string, int?[]> said)
    {
        foreach (var ticket in seen.Tickets.Values)
        {
            var limit = ticket.Details?.MaxPerBuyer;
            if (limit is null || said.GetValueOrDefault(ticket.Id) is not [var only] || only != limit)
                continue;
            var buyers = ticket.Seats.Where(seats => facts.Orders.ContainsKey(seats.Key)).GroupBy(seats => facts.Orders[seats.Key].UserId, seats => seats.Value.Count);
            foreach (var buyer in buyers.Where(buyer => buyer.Sum() > limit))
                yield return new(nameof(LimitsAreKept), ticket.Id, $"allows a buyer {limit} seats, and {buyer.Key} has {buyer.Sum()} in version {ticket.Version}.");
        }
    }

    private static int? Limit(LogRecord e) => e.Event!.Value.TryGetProperty("maxPerBuyer", out var limit) ? limit.GetInt32() : null;
}
