namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// Every event that asks for an answer has one: none was skipped by its group, and a timer that fired has told so. A lost answer is missed by
/// nobody but the orders that are alive, and those are told again.
/// </summary>
internal static class EventsAreAnswered
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        var answered = facts.Events.Where(e => e.Type is "ticket.reserved" or "ticket.rejected").Select(e => (e.OrderId, TicketId: e.Id)).ToHashSet();
        var isLost = facts.HasLost("orders") || facts.HasLost("tickets");
        foreach (var order in facts.OrderStates.Where(e => e.Type == "order.created").DistinctBy(e => e.Id))
            foreach (var ticket in order.TicketIds.Where(facts.Tickets.ContainsKey))
                if (!answered.Contains((order.Id, ticket)) && !(isLost && IsOver(facts, order)))
                    yield return new(nameof(EventsAreAnswered), order.Id, $"wanted seats of {ticket}, and neither got nor was refused any.");
        var expired = facts.Events.Where(e => e.Type == "expiration.expired").ToLookup(e => e.OrderId);
        foreach (var timer in facts.Timers.Values)
            // One that was set again for a hold that was prolonged has fired before.
            if (timer.Status == "Fired" ? !expired[timer.OrderId].Any(facts.IsPresent) : timer.Firings == 0 && expired.Contains(timer.OrderId))
                yield return new(nameof(EventsAreAnswered), timer.OrderId, $"its timer is {timer.Status}; published it is {(expired.Contains(timer.OrderId) ? "" : "not ")}expired.");
    }

    private static bool IsOver(Facts facts, LogRecord order) => facts.Orders.GetValueOrDefault(order.Id) is { IsLive: false };
}
