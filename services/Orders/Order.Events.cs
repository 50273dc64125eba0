using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Orders;

/// <summary>What becomes of an order when its seats and the clock are heard of.</summary>
public sealed partial record Order
{
    /// <summary>What stands for a ticket or a buyer that nobody has named.</summary>
    public const string Unknown = "unknown";

    // ISO 4217: no currency.
    private const string NoCurrency = "XXX";

    // As many as an event may have.
    private const int MostTickets = 100;

    /// <summary>
    /// Seats of one of its tickets are reserved. Once those of all tickets are, the order waits for its payment, or is completed if it is free. A dead
    /// order must not hold seats: telling its end again releases them.
    /// </summary>
    public static Decision<Order> Reserved(Order? order, TicketReserved answer) => order switch
    {
        null => CancelUnknown(answer.OrderId, [answer.Id], answer.Quantity),
        { Reason: Reasons.UnknownOrder } when order.LineOf(answer.Id) is null => order.EndAgain([answer.Id]),
        { Reason: not Reasons.UnknownOrder } when order.LineOf(answer.Id)?.Quantity != answer.Quantity => Decision<Order>.Refuse(
            RefusalKind.Conflict,
            $"{answer.Quantity} seats of ticket {answer.Id} are reserved, but the order is for {order.LineOf(answer.Id)?.Quantity ?? 0}."),
        { Status: OrderStatus.Created } => order.Hold(answer.Id),
        { IsDead: true } => new(order, order.ToEvent()),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>One of its tickets has no seats for it, so it gives up those of the others.</summary>
    public static Decision<Order> Rejected(Order? order, TicketRejected answer) => order switch
    {
        { Status: OrderStatus.Created } when order.LineOf(answer.Id) is null => Decision<Order>.Refuse(
            RefusalKind.Conflict, $"Seats of ticket {answer.Id} are refused, but the order is not for that ticket."),
        { Status: OrderStatus.Created } => order.End(OrderStatus.Cancelled, answer.Reason),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>
    /// The seller of one of its tickets takes the seats back. An order that is not paid ends as a whole. One that has given these seats up already tells so
    /// again: Tickets has not heard of it.
    /// </summary>
    public static Decision<Order> Revoked(Order? order, TicketRevoked revoked) => order switch
    {
        null => CancelUnknown(revoked.OrderId, [revoked.Id]),
        { Reason: Reasons.UnknownOrder } when order.LineOf(revoked.Id) is null => order.EndAgain([revoked.Id]),
        { IsDead: true } => new(order, order.ToEvent()),
        _ when order.LineOf(revoked.Id) is null => Decision<Order>.Nothing with { Warning = $"Ticket {revoked.Id} has seats for an order that is not for it." },
        { Status: OrderStatus.Completed } when order.LineOf(revoked.Id)!.Kept == 0 => new(order, order.ToEvent()),
        { Status: OrderStatus.Completed } => order.Keep(line => line.TicketId == revoked.Id ? 0 : line.Kept, Reasons.SellerCancelled),
        _ => order.End(OrderStatus.Cancelled, Reasons.SellerCancelled),
    };

    /// <summary>Expiration says that its hold ran out. The clock of Orders decides.</summary>
    public static Decision<Order> Expired(Order? order, ExpirationExpired expiration, DateTimeOffset now) => order switch
    {
        null => CancelUnknown(expiration.OrderId, TicketsOf(expiration)),
        { Reason: Reasons.UnknownOrder } when TicketsOf(expiration).Any(ticket => order.LineOf(ticket) is null) => order.EndAgain(TicketsOf(expiration)),
        { IsOpen: true } when now >= order.ExpiresAt => order.EndHold(now),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>Its hold ran out some time ago, and Expiration has not said so; or it said so too early.</summary>
    public static Decision<Order> Overdue(Order order) => order.IsOpen ? order.EndHold(order.OverdueAt) : Decision<Order>.Nothing;

    private Decision<Order> EndHold(DateTimeOffset now) => PayingUntil > now
        ? (this with { ExpiresAt = PayingUntil.Value, PayingUntil = null, IsProlonged = true }).Become(Status)
        : End(OrderStatus.Cancelled, Reasons.Expired);

    /// <summary>
    /// Nobody placed this order here, or its document is lost. It becomes a cancelled one, so that its seats are released and its money is
    /// refunded.
    /// </summary>
    private static Decision<Order> CancelUnknown(string id, IReadOnlyList<string> ticketIds, int quantity = 1, PaymentEvent? payment = null)
    {
        IReadOnlyList<OrderLine> lines =
            [.. (ticketIds.Count == 0 ? [Unknown] : ticketIds).Select(ticketId => new OrderLine { TicketId = ticketId, Quantity = quantity })];
        var order = new Order
        {
            Id = id,
            UserId = payment?.UserId ?? Unknown,
            TicketId = lines[0].TicketId,
            Quantity = quantity,
            Lines = lines,
            Price = payment?.Amount ?? 0,
            Currency = payment?.Currency ?? NoCurrency,
            Status = OrderStatus.Cancelled,
            Reason = Reasons.UnknownOrder,
            ExpiresAt = DateTimeOffset.UnixEpoch,
            Version = 1,
        };
        order = payment is null ? order : order.With(payment);
        return new(order, order.ToEvent()) { Warning = "There is no such order. What is reserved or paid for it is given back." };
    }

    /// <summary>An unknown order turns out to hold seats of these tickets.</summary>
    private Decision<Order> EndAgain(IReadOnlyList<string> ticketIds)
    {
        IReadOnlyList<OrderLine> lines =
        [
            .. Lines.Where(line => line.TicketId != Unknown)
                .Concat(ticketIds.Where(ticketId => LineOf(ticketId) is null).Select(ticketId => new OrderLine { TicketId = ticketId, Quantity = Quantity }))
                .TakeLast(MostTickets),
        ];
        return (this with { TicketId = lines[0].TicketId, Quantity = lines[0].Quantity, Lines = lines }).Become(Status);
    }

    private Decision<Order> Hold(string ticketId)
    {
        if (HeldTickets?.Contains(ticketId) == true)
            return Decision<Order>.Nothing;
        IReadOnlyList<string> held = [.. HeldTickets ?? [], ticketId];
        // How far the reservations are is nobody else's business.
        return held.Count == Lines.Count ? Become(Price == 0 ? OrderStatus.Completed : OrderStatus.PendingPayment) : new(this with { HeldTickets = held });
    }

    private OrderLine? LineOf(string ticketId) => Lines.FirstOrDefault(line => line.TicketId == ticketId);

    private static IReadOnlyList<string> TicketsOf(ExpirationExpired expiration) =>
        expiration.TicketIds ?? (expiration.TicketId is { } only ? [only] : []);

    private Decision<Order> End(OrderStatus status, string reason) => (this with { Reason = reason }).Become(status);

    private Decision<Order> Become(OrderStatus status)
    {
        var next = this with { Status = status, HeldTickets = null, Version = Version + 1 };
        return new(next, next.ToEvent());
    }

    /// <summary>Its state, told again.</summary>
    public IReadOnlyList<IEvent> Tell() => [ToEvent()];

    /// <summary>The event that tells of the order's state as it is.</summary>
    private IEvent ToEvent() => Status switch
    {
        OrderStatus.Created => ToEvent<OrderCreated>(),
        OrderStatus.PendingPayment => ToEvent<OrderPending>(),
        OrderStatus.Completed => ToEvent<OrderCompleted>(),
        OrderStatus.Cancelled => ToEvent<OrderCancelled>(),
        OrderStatus.Failed => ToEvent<OrderFailed>(),
        _ => throw new InvalidOperationException($"No event tells of {Status}."),
    };

    private T ToEvent<T>()
        where T : OrderEvent, IEvent, new() => new()
        {
            Id = Id,
            OrderId = Id,
            UserId = UserId,
            TicketId = TicketId,
            Quantity = Quantity,
            Lines = Lines,
            Price = Price,
            Refund = Money.Normalize(Refund),
            Currency = Currency,
            Status = Status,
            Reason = Reason,
            Dispute = Dispute,
            ExpiresAt = ExpiresAt,
            Version = Version,
        };
}
