namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>At rest, a ticket's seats are those of its orders: sold to the completed ones, held for the pending ones, none for the dead.</summary>
internal static class SeatsMatchOrders
{
    public static IEnumerable<Violation> Check(Facts facts) =>
        facts.Tickets.Values.SelectMany(ticket => OfTicket(facts, ticket)).Concat(WithoutSeats(facts));

    private static IEnumerable<Violation> OfTicket(Facts facts, TicketDocument ticket)
    {
        foreach (var (orderId, seats) in ticket.Reservations)
        {
            var order = facts.Orders.GetValueOrDefault(orderId);
            if (order is null || order.IsDead || order.IsCompleted != seats.IsSold || order.Quantity != seats.Quantity)
            {
                yield return new(nameof(SeatsMatchOrders), orderId,
                    $"is {order?.Status ?? "not there"}, and has {seats.Quantity} seats {(seats.IsSold ? "sold" : "held")} on {ticket.Id}.");
            }
        }
        var held = ticket.Reservations.Values.Where(seats => !seats.IsSold).Sum(seats => seats.Quantity);
        var sold = ticket.Reservations.Values.Where(seats => seats.IsSold).Sum(seats => seats.Quantity);
        if (held != ticket.Held || sold != ticket.Sold || held + sold > ticket.Quantity)
        {
            yield return new(nameof(SeatsMatchOrders), ticket.Id,
                $"says {ticket.Held} held and {ticket.Sold} sold of {ticket.Quantity}; its reservations are {held} and {sold}.");
        }
    }

    private static IEnumerable<Violation> WithoutSeats(Facts facts) => facts.Orders.Values
        .Where(order => order.Status is "completed" or "pending_payment")
        .Where(order => facts.Tickets.GetValueOrDefault(order.TicketId)?.Reservations.ContainsKey(order.Id) != true)
        .Select(order => new Violation(nameof(SeatsMatchOrders), order.Id, $"is {order.Status}, and has no seats on {order.TicketId}."));
}
