namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// At rest, a ticket's seats are those of its orders: sold to the completed ones, held for the pending ones, none for the dead. An order has the
/// seats of all of its lines or of none.
/// </summary>
internal static class SeatsMatchOrders
{
    public static IEnumerable<Violation> Check(Facts facts) =>
        facts.Tickets.Values.SelectMany(ticket => OfTicket(facts, ticket)).Concat(WithoutSeats(facts));

    private static IEnumerable<Violation> OfTicket(Facts facts, TicketDocument ticket)
    {
        var all = ticket.Holds.Select(seats => (seats.Key, seats.Value, IsSold: false)).Concat(ticket.Sales.Select(seats => (seats.Key, seats.Value, IsSold: true)));
        foreach (var (orderId, seats, isSold) in all)
        {
            var order = facts.Orders.GetValueOrDefault(orderId);
            if (order is null || order.IsDead || order.IsCompleted != isSold || order.Lines.SingleOrDefault(line => line.TicketId == ticket.Id)?.Quantity != seats)
            {
                yield return new(nameof(SeatsMatchOrders), orderId,
                    $"is {order?.Status ?? "not there"}, and has {seats} seats {(isSold ? "sold" : "held")} on {ticket.Id}.");
            }
        }
        var (held, sold) = (ticket.Holds.Values.Sum(), ticket.Sales.Values.Sum());
        if (held != ticket.Held || sold != ticket.Sold || held + sold > ticket.Quantity)
        {
            yield return new(nameof(SeatsMatchOrders), ticket.Id,
                $"says {ticket.Held} held and {ticket.Sold} sold of {ticket.Quantity}; its orders have {held} and {sold}.");
        }
    }

    private static IEnumerable<Violation> WithoutSeats(Facts facts) => facts.Orders.Values
        .Where(order => order.Status is "completed" or "pending_payment")
        .SelectMany(order => order.Lines.Where(line => facts.Tickets.GetValueOrDefault(line.TicketId)?.HasSeats(order.Id) != true)
            .Select(line => new Violation(nameof(SeatsMatchOrders), order.Id, $"is {order.Status}, and has no seats on {line.TicketId}.")));
}
