using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Tickets;

/// <summary>What becomes of a ticket's seats when orders are placed, paid and given up.</summary>
public sealed partial record Ticket
{
    /// <summary>
    /// An order wants seats: they are reserved or the order is rejected. One that is read again, however late, takes none. An order that died,
    /// and whose end is not known here yet, gets its seats too: its end releases them. The order's other tickets decide by themselves.
    /// </summary>
    public static Decision<Ticket> Reserve(Ticket? ticket, OrderCreated order, DateTimeOffset now)
    {
        if (ticket?.LineOf(order) is not { } line || ticket.Holds.ContainsKey(order.OrderId) || ticket.Sales.ByOrder.ContainsKey(order.OrderId)
            || ticket.Ended.ContainsKey(order.OrderId))
            return Decision<Ticket>.Nothing;
        ArgumentOutOfRangeException.ThrowIfLessThan(line.Quantity, 1);
        if (order.ExpiresAt <= now)
            return new(ticket, ticket.Rejected(order, Reasons.Expired));
        if (!ticket.IsOnSale(now))
            return new(ticket, ticket.Rejected(order, Reasons.NotOnSale));
        if (line.UnitPrice != ticket.Price || order.Currency != ticket.Currency || order.Price != order.AllLines.Sum(each => each.UnitPrice * each.Quantity))
            return new(ticket, ticket.Rejected(order, Reasons.PriceChanged));
        if (line.Quantity > ticket.Available)
            return new(ticket, ticket.Rejected(order, Reasons.SoldOut));
        var next = ticket with
        {
            Held = ticket.Held + line.Quantity,
            Holds = ticket.Holds.Add(order.OrderId, line.Quantity),
            Version = ticket.Version + 1,
        };
        return new(next, next.ToEvent<TicketUpdated>(), next.Reserved(order.OrderId, line.Quantity));
    }

    /// <summary>An order is paid: its seats are sold.</summary>
    public static Decision<Ticket> Sell(Ticket? ticket, OrderCompleted order)
    {
        if (ticket is null || !ticket.Holds.TryGetValue(order.OrderId, out var seats))
            return Decision<Ticket>.Nothing;
        var next = ticket with
        {
            Held = ticket.Held - seats,
            Sold = ticket.Sold + seats,
            Revenue = ticket.Revenue + ticket.CostOf(order, seats),
            Holds = ticket.Holds.Remove(order.OrderId),
            Sales = ticket.Sales.Add(order.OrderId, seats),
            Version = ticket.Version + 1,
        };
        return new(next, next.ToEvent<TicketUpdated>());
    }

    /// <summary>An order is dead: its seats, held or sold, are free.</summary>
    public static Decision<Ticket> Release(Ticket? ticket, OrderEvent order, DateTimeOffset now)
    {
        var (held, sold) = (ticket?.Holds.GetValueOrDefault(order.OrderId) ?? 0, ticket?.Sales.ByOrder.GetValueOrDefault(order.OrderId) ?? 0);
        if (ticket is null || held + sold == 0)
            return Decision<Ticket>.Nothing;
        var next = ticket with
        {
            Held = ticket.Held - held,
            Sold = ticket.Sold - sold,
            Revenue = ticket.Revenue - ticket.CostOf(order, sold),
            Holds = ticket.Holds.Remove(order.OrderId),
            Sales = ticket.Sales.Remove(order.OrderId),
            Ended = ticket.Ended.RemoveRange(ticket.Ended.Where(ended => ended.Value <= now).Select(ended => ended.Key)).SetItem(order.OrderId, order.ExpiresAt),
            Version = ticket.Version + 1,
        };
        return new(next, next.ToEvent<TicketUpdated>());
    }

    /// <summary>Its state, told again, and the answers to the orders that wait for their payment, as they may have been lost, too.</summary>
    public IReadOnlyList<IEvent> Tell() =>
    [
        Version == 1 ? ToEvent<TicketCreated>() : ToEvent<TicketUpdated>(),
        .. Holds.Select(hold => Reserved(hold.Key, hold.Value)),
    ];

    private OrderLine? LineOf(OrderEvent order) => order.AllLines.FirstOrDefault(line => line.TicketId == Id);

    private decimal CostOf(OrderEvent order, int seats) => seats * (LineOf(order)?.UnitPrice ?? 0);

    private TicketReserved Reserved(string orderId, int seats) => new() { Id = Id, OrderId = orderId, Quantity = seats, Version = Version };

    private TicketRejected Rejected(OrderCreated order, string reason) =>
        new() { Id = Id, OrderId = order.OrderId, Reason = reason, Version = Version };
}
