using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Payments.Gateway;

namespace Ticketing.Payments;

/// <summary>How a payment proceeds, and how it follows its order.</summary>
public sealed partial record OrderPayment
{
    /// <summary>Takes over a newer state of the order. Money that is captured for an order that is dead now goes back.</summary>
    public static Decision<OrderPayment> Follow(OrderPayment? payment, OrderEvent order, DateTimeOffset now)
    {
        // A dead order never comes back, and its end counts whatever its version: Orders may have lost the order's document.
        if (payment is not null && (payment.IsOrderDead || (payment.OrderVersion >= order.Version && !IsDead(order.Status))))
            return Decision<OrderPayment>.Nothing;
        var followed = payment ?? new OrderPayment
        {
            OrderId = order.OrderId,
            UserId = order.UserId,
            Price = order.Price,
            Currency = order.Currency,
            OrderStatus = order.Status,
            OrderVersion = 0,
        };
        followed = followed with { OrderStatus = order.Status, OrderVersion = Math.Max(followed.OrderVersion, order.Version) };
        return new(followed.RefundIfDead(now))
        {
            Warning = payment is not null && order.Version > payment.OrderVersion + 1
                ? $"Version {order.Version} follows version {payment.OrderVersion}; it is taken over, as it has the whole state." : null,
        };
    }

    /// <summary>The buyer pays. A payment that is there already is the answer, whatever the method: there is never a second charge.</summary>
    /// <param name="payment">The order.</param>
    /// <param name="paymentId">What a new payment is called.</param>
    /// <param name="userId">Who asks.</param>
    /// <param name="method">The payment method.</param>
    /// <param name="dueAt">When the charge is sent again if its outcome is not recorded by then.</param>
    public static Decision<OrderPayment> Pay(
        OrderPayment? payment, string paymentId, string userId, string method, DateTimeOffset dueAt)
    {
        if (payment is null || payment.UserId != userId)
            return Decision<OrderPayment>.Refuse(RefusalKind.NotFound, "There is no such order.");
        if (payment.Payment is not null)
            return Decision<OrderPayment>.Nothing;
        if (payment.Price == 0)
            return Decision<OrderPayment>.Refuse(RefusalKind.Conflict, "The order is free: there is nothing to pay.");
        if (payment.OrderStatus != OrderStatus.PendingPayment)
        {
            return Decision<OrderPayment>.Refuse(RefusalKind.Conflict, payment.OrderStatus == OrderStatus.Created
                ? "The order's seats are not reserved yet."
                : "The order cannot be paid any more.");
        }
        var next = payment with
        {
            Payment = new(paymentId, method, PaymentStatus.Processing, Version: 1, DueAt: dueAt),
        };
        return new(next, next.ToEvent<PaymentCreated>());
    }

    /// <summary>An instance takes the effect that is due upon itself, until its lease ends.</summary>
    public static Decision<OrderPayment> Claim(OrderPayment payment, DateTimeOffset now, TimeSpan lease) =>
        payment.Payment is { DueAt: { } due } current && due <= now
            ? new(payment with { Payment = current with { DueAt = now + lease } })
            : Decision<OrderPayment>.Nothing;

    /// <summary>The gateway answered the charge.</summary>
    public static Decision<OrderPayment> Charged(OrderPayment? payment, ChargeResult result, DateTimeOffset now)
    {
        if (payment?.Payment is not { Status: PaymentStatus.Processing } current)
            return Decision<OrderPayment>.Nothing;
        var next = payment with
        {
            Payment = current with
            {
                Status = result.IsCaptured ? PaymentStatus.Succeeded : PaymentStatus.Failed,
                GatewayId = result.Id,
                Reason = result.DeclineCode,
                Version = current.Version + 1,
                DueAt = null,
            },
        };
        return new(next.RefundIfDead(now), result.IsCaptured ? next.ToEvent<PaymentSucceeded>() : next.ToEvent<PaymentFailed>());
    }

    /// <summary>The gateway sent the money back.</summary>
    public static Decision<OrderPayment> Refunded(OrderPayment? payment)
    {
        if (payment?.Payment is not { Status: PaymentStatus.Refunding } current)
            return Decision<OrderPayment>.Nothing;
        var next = payment with
        {
            Payment = current with { Status = PaymentStatus.Refunded, Version = current.Version + 1, DueAt = null },
        };
        return new(next, next.ToEvent<PaymentRefunded>());
    }

    /// <summary>Its payment's state, told again. That a refund is due is nobody else's business.</summary>
    public IReadOnlyList<IEvent> Tell() => Payment?.Status switch
    {
        null => [],
        PaymentStatus.Processing => [ToEvent<PaymentCreated>()],
        PaymentStatus.Failed => [ToEvent<PaymentFailed>()],
        PaymentStatus.Refunded => [ToEvent<PaymentRefunded>()],
        _ => [ToEvent<PaymentSucceeded>()],
    };

    private OrderPayment RefundIfDead(DateTimeOffset now) => IsOrderDead && Payment is { Status: PaymentStatus.Succeeded } captured
        ? this with { Payment = captured with { Status = PaymentStatus.Refunding, DueAt = now } }
        : this;

    private T ToEvent<T>()
        where T : PaymentEvent, new() => new()
        {
            Id = Payment!.Id,
            OrderId = OrderId,
            UserId = UserId,
            PaymentId = Payment.GatewayId,
            Amount = Price,
            Currency = Currency,
            Reason = Payment.Reason,
            Version = Payment.Version,
        };
}
