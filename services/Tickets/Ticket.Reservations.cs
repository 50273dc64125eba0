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
        if (ticket.OfBuyer(order.UserId) + line.Quantity > ticket.Details.MaxPerBuyer)
            return new(ticket, ticket.Rejected(order, Reasons.LimitPerBuyer));
        if (line.Quantity > ticket.Available)
            return new(ticket, ticket.Rejected(order, Reasons.SoldOut));
        var next = ticket with
        {
            Held = ticket.Held + line.Quantity,
            Holds = ticket.Holds.Add(order.OrderId, new(line.Quantity, order.UserId)),
        };
        return ticket.Become(next, reserved => reserved.Reserved(order.OrderId, line.Quantity));
    }

    /// <summary>An order is paid: its seats are sold, except for those that it has given back meanwhile. Or its buyer disputes the payment.</summary>
    public static Decision<Ticket> Sell(Ticket? ticket, OrderCompleted order, DateTimeOffset now)
    {
        if (ticket?.SeatsOf(order.OrderId) is not { } seats)
            return Decision<Ticket>.Nothing;
        var line = ticket.LineOf(order);
        // A sale of before its price was kept is not in the revenue, and stays out of it.
        var price = ticket.Holds.ContainsKey(order.OrderId) ? line?.UnitPrice : seats.UnitPrice;
        var sold = new Seats(Math.Min(seats.Count, line?.Kept ?? seats.Count), order.UserId, price, DisputeOf(order, seats.Dispute));
        if (sold.Count == 0)
            return Release(ticket, order, now);
        var before = ticket.Sales.ByOrder.GetValueOrDefault(order.OrderId);
        if ((sold.Count, sold.Dispute) == (before.Count, before.Dispute))
            return Decision<Ticket>.Nothing;
        var next = ticket.Without(order.OrderId).With(order.OrderId, sold);
        return sold.Count == before.Count ? new(next) : ticket.Become(next);
    }

    /// <summary>An order is dead: its seats, held or sold, are free.</summary>
    public static Decision<Ticket> Release(Ticket? ticket, OrderEvent order, DateTimeOffset now)
    {
        if (ticket?.SeatsOf(order.OrderId) is null)
            return Decision<Ticket>.Nothing;
        var ended = ticket.Ended.RemoveRange(ticket.Ended.Where(ended => ended.Value <= now).Select(ended => ended.Key));
        var next = ticket.Without(order.OrderId) with
        {
            Ended = ended.SetItem(order.OrderId, order.ExpiresAt),
            Revoked = ticket.Revoked?.Remove(order.OrderId),
        };
        return ticket.Become(next.Proceed(now));
    }

    /// <summary>
    /// Its state, told again, and the answers to the orders that wait for their payment and what was told of its stock, as they may have been lost, too.
    /// </summary>
    public IReadOnlyList<IEvent> Tell() =>
    [
        Version == 1 ? ToEvent<TicketCreated>() : ToEvent<TicketUpdated>(),
        .. Holds.Select(hold => Reserved(hold.Key, hold.Value.Count)),
        .. TellStock(),
    ];

    private OrderLine? LineOf(OrderEvent order) => order.AllLines.FirstOrDefault(line => line.TicketId == Id);

    private Seats? SeatsOf(string orderId) =>
        Holds.TryGetValue(orderId, out var seats) || Sales.ByOrder.TryGetValue(orderId, out seats) ? seats : null;

    private int OfBuyer(string userId) =>
        Details.MaxPerBuyer is null ? 0 : Sales.OfBuyer(userId) + Holds.Values.Where(seats => seats.BuyerId == userId).Sum(seats => seats.Count);

    private Ticket With(string orderId, Seats sold) => this with
    {
        Sold = Sold + sold.Count,
        Revenue = Revenue + (sold.Count * (sold.UnitPrice ?? 0)),
        Sales = Sales.Add(orderId, sold),
    };

    /// <summary>Without an order's seats, held or sold.</summary>
    private Ticket Without(string orderId)
    {
        var (held, sold) = (Holds.GetValueOrDefault(orderId), Sales.ByOrder.GetValueOrDefault(orderId));
        return this with
        {
            Held = Held - held.Count,
            Sold = Sold - sold.Count,
            Revenue = Revenue - (sold.Count * (sold.UnitPrice ?? 0)),
            Holds = Holds.Remove(orderId),
            Sales = Sales.Remove(orderId),
        };
    }

    private TicketReserved Reserved(string orderId, int seats) => new() { Id = Id, OrderId = orderId, Quantity = seats, Version = Version };

    private TicketRejected Rejected(OrderCreated order, string reason) =>
        new() { Id = Id, OrderId = order.OrderId, Reason = reason, Version = Version };
}
