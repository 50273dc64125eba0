namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// At rest, a ticket's seats are those of its orders: sold to the completed ones, as many as they have not given back, held for the pending ones, none
/// for the dead. An order has the seats of all of its lines or of none, and they are disputed as it is.
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
            if (order is null || order.IsDead || order.IsCompleted != isSold || order.KeptOf(ticket.Id) != seats.Count)
            {
                yield return new(nameof(SeatsMatchOrders), orderId,
                    $"is {order?.Status ?? "not there"}, keeps {order?.KeptOf(ticket.Id) ?? 0} seats, and has {seats.Count} {(isSold ? "sold" : "held")} on {ticket.Id}.");
            }
            else if ((seats.BuyerId ?? order.UserId) != order.UserId || (seats.UnitPrice ?? order.LineOf(ticket.Id)!.UnitPrice) != order.LineOf(ticket.Id)!.UnitPrice)
            {
                yield return new(nameof(SeatsMatchOrders), orderId, $"is not what {ticket.Id} says of its buyer or its price: {seats}.");
            }
            else if (seats.Dispute != order.Dispute)
            {
                yield return new(nameof(SeatsMatchOrders), orderId, $"is {order.Dispute ?? "not disputed"}, and its seats on {ticket.Id} are {seats.Dispute ?? "not disputed"}.");
            }
        }
        var (held, sold) = (ticket.Holds.Values.Sum(seats => seats.Count), ticket.Sales.Values.Sum(seats => seats.Count));
        if (held != ticket.Held || sold != ticket.Sold || held + sold > ticket.Quantity)
        {
            yield return new(nameof(SeatsMatchOrders), ticket.Id,
                $"says {ticket.Held} held and {ticket.Sold} sold of {ticket.Quantity}; its orders have {held} and {sold}.");
        }
        var revenue = ticket.Sales.Values.Sum(seats => seats.Count * (seats.UnitPrice ?? 0));
        if (revenue != ticket.Revenue)
            yield return new(nameof(SeatsMatchOrders), ticket.Id, $"says that its sold seats cost {ticket.Revenue}; they cost {revenue}.");
    }

    private static IEnumerable<Violation> WithoutSeats(Facts facts) => facts.Orders.Values
        .Where(order => order.Status is "completed" or "pending_payment")
        .SelectMany(order => order.Lines.Where(line => line.Kept > 0 && (facts.Tickets.GetValueOrDefault(line.TicketId)?.SeatsOf(order.Id) ?? 0) == 0)
            .Select(line => new Violation(nameof(SeatsMatchOrders), order.Id, $"is {order.Status}, and has no seats on {line.TicketId}.")));
}
