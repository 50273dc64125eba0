namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// At rest, what a buyer has given back is not the order's any more, and neither is what a seller has taken back: each <c>ticket.revoked</c> has its effect,
/// and nobody has seats of a cancelled ticket.
/// </summary>
internal static class GivenSeatsAreFree
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        foreach (var (orderId, ticketId, kept) in facts.Snapshot.GivenBack)
            if (facts.Orders.GetValueOrDefault(orderId) is var order && !(order?.KeptOf(ticketId) <= kept))
                yield return new(nameof(GivenSeatsAreFree), orderId, $"was to keep {kept} seats of {ticketId}, and {Tell(order, ticketId)}.");
        foreach (var revoked in facts.Events.Where(e => e.Type == "ticket.revoked").DistinctBy(e => (e.Id, e.OrderId)))
            if (facts.Orders.GetValueOrDefault(revoked.OrderId) is var order && order?.KeptOf(revoked.Id) != 0)
                yield return new(nameof(GivenSeatsAreFree), revoked.OrderId, $"lost its seats of {revoked.Id} at {revoked.Place}, and {Tell(order, revoked.Id)}.");
        foreach (var ticket in facts.Tickets.Values)
        {
            if (ticket.State == "cancelled" && ticket.Seats.Any())
                yield return new(nameof(GivenSeatsAreFree), ticket.Id, $"is cancelled, and has seats for {string.Join(", ", ticket.Seats.Select(seats => seats.Key))}.");
            if (ticket.Revoked is { Count: > 0 } revoked)
                yield return new(nameof(GivenSeatsAreFree), ticket.Id, $"has taken back the seats of {string.Join(", ", revoked)}, which have them still.");
        }
    }

    private static string Tell(OrderDocument? order, string ticketId) => order is null ? "is not there" : $"is {order.Status} and keeps {order.KeptOf(ticketId)}";
}
