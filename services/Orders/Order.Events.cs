using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Orders;

/// <summary>What becomes of an order when its seats, its payment and the clock are heard of.</summary>
public sealed partial record Order
{
    /// <summary>Its seats are reserved. For a dead order they must not be: telling its end again releases them.</summary>
    public static Decision<Order> Reserved(Order? order, TicketReserved answer) => order switch
    {
        { Status: OrderStatus.Created } => order.Become(OrderStatus.PendingPayment),
        { IsDead: true } => new(order, order.ToEvent()),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>It gets no seats.</summary>
    public static Decision<Order> Rejected(Order? order, TicketRejected answer) =>
        order is { Status: OrderStatus.Created } ? order.End(OrderStatus.Cancelled, answer.Reason) : Decision<Order>.Nothing;

    /// <summary>It is paid. For a dead order it must not be: telling its end again refunds the money.</summary>
    public static Decision<Order> Paid(Order? order, PaymentSucceeded payment) => order switch
    {
        { Status: OrderStatus.PendingPayment } => order.Become(OrderStatus.Completed),
        { IsDead: true } => new(order, order.ToEvent()),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>Its payment was declined.</summary>
    public static Decision<Order> Declined(Order? order, PaymentFailed payment) =>
        order is { Status: OrderStatus.PendingPayment }
            ? order.End(OrderStatus.Failed, payment.Reason ?? "declined")
            : Decision<Order>.Nothing;

    /// <summary>Its hold ran out.</summary>
    public static Decision<Order> Expired(Order? order, ExpirationExpired expiration) =>
        order is { Status: OrderStatus.Created or OrderStatus.PendingPayment }
            ? order.End(OrderStatus.Cancelled, Reasons.Expired)
            : Decision<Order>.Nothing;

    private Decision<Order> End(OrderStatus status, string reason) => (this with { Reason = reason }).Become(status);

    private Decision<Order> Become(OrderStatus status)
    {
        var next = this with { Status = status, Version = Version + 1 };
        return new(next, next.ToEvent());
    }

    /// <summary>The event that tells of the order's state as it is.</summary>
    private OrderEvent ToEvent() => Status switch
    {
        OrderStatus.Created => ToEvent<OrderCreated>(),
        OrderStatus.PendingPayment => ToEvent<OrderPending>(),
        OrderStatus.Completed => ToEvent<OrderCompleted>(),
        OrderStatus.Cancelled => ToEvent<OrderCancelled>(),
        OrderStatus.Failed => ToEvent<OrderFailed>(),
        _ => throw new InvalidOperationException($"No event tells of {Status}."),
    };

    private T ToEvent<T>()
        where T : OrderEvent, new() => new()
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
