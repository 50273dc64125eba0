using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Orders;

/// <summary>What becomes of an order when its payment is heard of.</summary>
public sealed partial record Order
{
    private static readonly TimeSpan LongestPayment = TimeSpan.FromMinutes(10);

    /// <summary>It is paid. For a dead order it must not be: telling its end again refunds the money.</summary>
    public static Decision<Order> Paid(Order? order, PaymentSucceeded payment) => order switch
    {
        null => CancelUnknown(payment.OrderId, [], payment: payment),
        { Status: OrderStatus.PendingPayment } when !order.IsFor(payment) => order.Refuse(payment),
        { Status: OrderStatus.PendingPayment } => order.With(payment).Become(OrderStatus.Completed),
        { IsOpen: false } when order.With(payment) != order => Disputed(order, payment),
        { IsDead: true } => new(order, order.ToEvent()),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>Its payment began. If the hold may run out before the gateway answers, it will be prolonged.</summary>
    public static Decision<Order> PaymentBegan(Order? order, PaymentCreated payment) => order switch
    {
        { Status: OrderStatus.PendingPayment } when !order.IsFor(payment) => order.Refuse(payment),
        { Status: OrderStatus.PendingPayment } when payment.AnswerBy > order.ExpiresAt && payment.Version > order.PaymentVersion =>
            new(order with
            {
                PayingUntil = payment.AnswerBy < order.ExpiresAt + LongestPayment ? payment.AnswerBy : order.ExpiresAt + LongestPayment,
                PaymentVersion = payment.Version,
            }),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>Its payment waits for the buyer, who has as long as the hold lasts. It is not prolonged for that.</summary>
    public static Decision<Order> ActionRequired(Order? order, PaymentRequiresAction payment) => order switch
    {
        // Nobody else ends it, so it would wait for ever.
        null => CancelUnknown(payment.OrderId, [], payment: payment),
        { Status: OrderStatus.PendingPayment } when !order.IsFor(payment) => order.Refuse(payment),
        { Status: OrderStatus.PendingPayment } => order.PaymentStopped(payment),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>Its payment was declined. The buyer may try again while the hold lasts, unless it was the last attempt.</summary>
    public static Decision<Order> Declined(Order? order, PaymentFailed payment) => order switch
    {
        { Status: OrderStatus.PendingPayment } when !order.IsFor(payment) => order.Refuse(payment),
        { Status: OrderStatus.PendingPayment } when payment.AttemptsLeft == 0 => order.End(OrderStatus.Failed, payment.Reason ?? "declined"),
        { Status: OrderStatus.PendingPayment } => order.PaymentStopped(payment),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>
    /// The buyer disputes its payment, or that dispute has ended. It is marked, dead or alive: what becomes of its seats is for their sellers to decide. Only
    /// what is captured can be disputed, so an order that waits for its payment is paid.
    /// </summary>
    /// <param name="order">The order.</param>
    /// <param name="payment">An event with a dispute: <c>payment.disputed</c>, or a later one, in case the first is lost.</param>
    public static Decision<Order> Disputed(Order? order, PaymentEvent payment) => order switch
    {
        null => CancelUnknown(payment.OrderId, [], payment: payment),
        { Reason: not Reasons.UnknownOrder } when !order.IsFor(payment) => order.Refuse(payment),
        { Status: OrderStatus.PendingPayment } when payment is PaymentDisputed => order.With(payment).Become(OrderStatus.Completed),
        { IsOpen: false } when order.With(payment) is var marked && marked != order => marked.Become(order.Status),
        _ => Decision<Order>.Nothing,
    };

    // The hold is no longer prolonged for it. If it was, it is over.
    private Decision<Order> PaymentStopped(PaymentEvent payment) => this switch
    {
        _ when payment.Version < PaymentVersion => Decision<Order>.Nothing,
        { IsProlonged: true } => End(OrderStatus.Cancelled, Reasons.Expired),
        { PayingUntil: not null } => new(this with { PayingUntil = null, PaymentVersion = payment.Version }),
        _ => Decision<Order>.Nothing,
    };

    /// <summary>With what a payment's event says of a dispute; the same if that is known, or older than what is.</summary>
    private Order With(PaymentEvent payment) => payment.Dispute is { } dispute && dispute != Dispute && payment.Version > DisputeVersion
        ? this with { Dispute = dispute, DisputeVersion = payment.Version }
        : this;

    private bool IsFor(PaymentEvent payment) => (payment.UserId, payment.Amount, payment.Currency) == (UserId, Price, Currency);

    private Decision<Order> Refuse(PaymentEvent payment) => Decision<Order>.Refuse(
        RefusalKind.Conflict,
        $"User {payment.UserId} pays {payment.Amount} {payment.Currency}, but the order is user {UserId}'s and costs {Price} {Currency}.");
}
