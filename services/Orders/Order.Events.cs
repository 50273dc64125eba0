using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Orders;

/// <summary>What becomes of an order when its seats, its payment and the clock are heard of.</summary>
public sealed partial record Order
{
    /// <summary>What stands for a ticket or a buyer that nobody has named.</summary>
    public const string Unknown = "unknown";

    // ISO 4217: no currency.
    private const string NoCurrency = "XXX";

    /// <summary>Its seats are reserved. For a dead order they must not be: telling its end again releases them.</summary>
    public static Decision<Order> Reserved(Order? order, TicketReserved answer) => order switch
    {
        null => CancelUnknown(answer.OrderId, answer.Id, quantity: answer.Quantity),
        { Reason: Reasons.UnknownOrder } when order.TicketId != answer.Id => order.EndAgain(answer.Id),
        _ when order.Reason != Reasons.UnknownOrder && (answer.Id, answer.Quantity) != (order.TicketId, order.Quantity) =>
            Decision<Order>.Refuse(
                RefusalKind.Conflict,
                $"{answer.Quantity} seats of ticket {answer.Id} are reserved, but the order is for {order.Quantity} of ticket {order.TicketId}."),
        // Nothing is to be paid.
        { Status: OrderStatus.Created, Price: 0 } => order.Become(OrderStatus.Completed),
        { Status: OrderStatus.Created } => order.Become(OrderStatus.PendingPayment),
        { IsDead: true } => new(order, order.ToEvent()),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>It gets no seats.</summary>
    public static Decision<Order> Rejected(Order? order, TicketRejected answer) => order switch
    {
        { Status: OrderStatus.Created } when answer.Id != order.TicketId => Decision<Order>.Refuse(
            RefusalKind.Conflict, $"Seats of ticket {answer.Id} are refused, but the order is for ticket {order.TicketId}."),
        { Status: OrderStatus.Created } => order.End(OrderStatus.Cancelled, answer.Reason),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>It is paid. For a dead order it must not be: telling its end again refunds the money.</summary>
    public static Decision<Order> Paid(Order? order, PaymentSucceeded payment) => order switch
    {
        null => CancelUnknown(payment.OrderId, userId: payment.UserId, price: payment.Amount, currency: payment.Currency),
        { Status: OrderStatus.PendingPayment } when !order.IsFor(payment) => order.Refuse(payment),
        { Status: OrderStatus.PendingPayment } => order.Become(OrderStatus.Completed),
        { IsDead: true } => new(order, order.ToEvent()),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>Its payment was declined.</summary>
    public static Decision<Order> Declined(Order? order, PaymentFailed payment) => order switch
    {
        { Status: OrderStatus.PendingPayment } when !order.IsFor(payment) => order.Refuse(payment),
        { Status: OrderStatus.PendingPayment } => order.End(OrderStatus.Failed, payment.Reason ?? "declined"),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>Its hold ran out.</summary>
    public static Decision<Order> Expired(Order? order, ExpirationExpired expiration) => order switch
    {
        null => CancelUnknown(expiration.OrderId, expiration.TicketId),
        { Reason: Reasons.UnknownOrder, TicketId: Unknown } when expiration.TicketId is { } ticketId => order.EndAgain(ticketId),
        { Status: OrderStatus.Created or OrderStatus.PendingPayment } => order.End(OrderStatus.Cancelled, Reasons.Expired),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>
    /// Nobody placed this order here, or its document is lost. It becomes a cancelled one, so that its seats are released and its money is
    /// refunded.
    /// </summary>
    private static Decision<Order> CancelUnknown(
        string id, string? ticketId = null, int quantity = 1, string userId = Unknown, decimal price = 0, string currency = NoCurrency)
    {
        var order = new Order
        {
            Id = id,
            UserId = userId,
            TicketId = ticketId ?? Unknown,
            Quantity = quantity,
            Price = price,
            Currency = currency,
            Status = OrderStatus.Cancelled,
            Reason = Reasons.UnknownOrder,
            ExpiresAt = DateTimeOffset.UnixEpoch,
            Version = 1,
        };
        return new(order, order.ToEvent()) { Warning = "There is no such order. What is reserved or paid for it is given back." };
    }

    /// <summary>An unknown order turns out to hold seats of this ticket.</summary>
    private Decision<Order> EndAgain(string ticketId) => (this with { TicketId = ticketId }).Become(Status);

    private bool IsFor(PaymentEvent payment) => (payment.UserId, payment.Amount, payment.Currency) == (UserId, Price, Currency);

    private Decision<Order> Refuse(PaymentEvent payment) => Decision<Order>.Refuse(
        RefusalKind.Conflict,
        $"User {payment.UserId} pays {payment.Amount} {payment.Currency}, but the order is user {UserId}'s and costs {Price} {Currency}.");

    private Decision<Order> End(OrderStatus status, string reason) => (this with { Reason = reason }).Become(status);

    private Decision<Order> Become(OrderStatus status)
    {
        var next = this with { Status = status, Version = Version + 1 };
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
            Price = Price,
            Currency = Currency,
            Status = Status,
            Reason = Reason,
            ExpiresAt = ExpiresAt,
            Version = Version,
        };
}
