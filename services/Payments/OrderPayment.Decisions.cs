using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Payments.Gateway;

namespace Ticketing.Payments;

/// <summary>How a payment proceeds, and how it follows its order.</summary>
public sealed partial record OrderPayment
{
    // Doubled so often at most, a lease of 20 seconds becomes ten minutes.
    private const int MostDoublings = 5;

    // Orders has to hear of a payment before it ends the hold. One that began later than this would be refunded if it were late.
    private static readonly TimeSpan LastMoment = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Takes over a newer state of the order. If the order is dead now, a charge that waits for its buyer is cancelled. Captured money goes back: for seats
    /// that were given back, and all of it if the order is dead.
    /// </summary>
    public static Decision<OrderPayment> Follow(OrderPayment? payment, OrderEvent order, DateTimeOffset now)
    {
        // An order's end counts whatever its version: Orders may have lost the order's document.
        var isNews = payment is null || payment.OrderVersion < order.Version || IsDead(order.Status);
        // A dead order never comes back. What is wanted back never becomes less, so the most that any version says is right: an instance of before
        // there were partial refunds may have taken over this version without it.
        if (payment is not null && (payment.IsOrderDead || (!isNews && order.Refund <= payment.Refund)))
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
        followed = followed with
        {
            OrderStatus = isNews ? order.Status : followed.OrderStatus,
            OrderVersion = Math.Max(followed.OrderVersion, order.Version),
            Refund = Math.Max(followed.Refund, order.Refund),
            SellerIds = followed.SellerIds ?? SellersOf(order),
            // A hold is prolonged for a payment that began, and not for another one.
            ExpiresAt = followed.ExpiresAt ?? order.ExpiresAt,
        };
        // A charge without a name is under way: nobody knows yet what there is to cancel.
        if (followed is { IsOrderDead: true, Payment: { IsOpen: true, GatewayId: not null } waiting })
            followed = followed with { Payment = waiting with { DueAt = now, Tries = 0 } };
        return new(followed.Settle(now))
        {
            Warning = payment is not null && order.Version > payment.OrderVersion + 1
                ? $"Version {order.Version} follows version {payment.OrderVersion}; it is taken over, as it has the whole state." : null,
        };
    }

    /// <summary>
    /// The buyer pays. A payment that is under way or captured is the answer, whatever the method: there is never a second capture. One that was
    /// declined is tried again, while the hold lasts and attempts are left, unless the call has the key of an attempt that was made.
    /// </summary>
    /// <param name="payment">The order.</param>
    /// <param name="attempt">What the buyer asks for.</param>
    /// <param name="now">The time.</param>
    /// <param name="dueAt">When the charge is sent again if its outcome is not recorded by then.</param>
    /// <param name="answerBy">Until when the order's seats are to be held for the gateway's answer.</param>
    public static Decision<OrderPayment> Pay(OrderPayment? payment, PayAttempt attempt, DateTimeOffset now, DateTimeOffset dueAt, DateTimeOffset answerBy)
    {
        if (payment is null || payment.UserId != attempt.UserId)
            return Decision<OrderPayment>.Refuse(RefusalKind.NotFound, "There is no such order.");
        if (payment.Payment?.MethodOf(attempt.Key) is { } before && before != attempt.Method)
            return Decision<OrderPayment>.Refuse(RefusalKind.KeyReused, "This Idempotency-Key was used for another payment method.");
        if (payment.Payment is { } last && (!last.MayTryAgain || payment.OrderStatus != OrderStatus.PendingPayment || last.MethodOf(attempt.Key) is not null))
            return Decision<OrderPayment>.Nothing;
        if (payment.Price == 0)
            return Decision<OrderPayment>.Refuse(RefusalKind.Conflict, "The order is free: there is nothing to pay.");
        if (payment.OrderStatus != OrderStatus.PendingPayment)
        {
            return Decision<OrderPayment>.Refuse(RefusalKind.Conflict, payment.OrderStatus == OrderStatus.Created
                ? "The order's seats are not reserved yet."
                : "The order cannot be paid any more.");
        }
        if (payment.ExpiresAt - LastMoment <= now)
            return Decision<OrderPayment>.Refuse(RefusalKind.Conflict, "The hold on the order's seats is over.");
        var begun = payment.Payment is { } declined
            ? new Payment(
                declined.Id, attempt.Method, PaymentStatus.Processing, declined.Version + 1, DueAt: dueAt, AnswerBy: answerBy,
                AttemptsLeft: declined.AttemptsLeft - 1,
                Declined:
                [
                    .. declined.Declined ?? [],
                    new(declined.Method, declined.Reason, declined.GatewayId, declined.Key, declined.StartedAt, declined.DecidedAt),
                ],
                Key: attempt.Key)
            { Strays = declined.Strays }
            : new Payment(
                attempt.PaymentId, attempt.Method, PaymentStatus.Processing, Version: 1, DueAt: dueAt, AnswerBy: answerBy,
                AttemptsLeft: attempt.MaxAttempts - 1, Key: attempt.Key);
        var next = payment with { Payment = begun with { StartedAt = now } };
        return new(next, next.ToEvent());
    }

    /// <summary>An instance takes the call that is due upon itself, until its lease ends. Each further try has twice the time of the one before, up to a limit.</summary>
    public static Decision<OrderPayment> Claim(OrderPayment payment, DateTimeOffset now, TimeSpan lease) =>
        payment.Payment is { DueAt: { } due } current && due <= now
            ? new(payment with { Payment = current with { DueAt = now + (lease * (1 << Math.Min(current.Tries, MostDoublings))), Tries = current.Tries + 1 } })
            : Decision<OrderPayment>.Nothing;

    /// <summary>The gateway answered the charge.</summary>
    /// <param name="payment">The order.</param>
    /// <param name="chargeKey">Which charge. The answer to an earlier attempt may come late.</param>
    /// <param name="result">The answer.</param>
    /// <param name="now">The time.</param>
    /// <param name="patience">When the gateway is asked if it does not tell more by itself.</param>
    public static Decision<OrderPayment> Charged(
        OrderPayment? payment, string chargeKey, ChargeResult result, DateTimeOffset now, Patience? patience = null) =>
        payment?.Payment is { IsOpen: true } current && current.ChargeKey == chargeKey
            && payment.Answered(result, now, patience ?? Patience.Default) is { State: { } answered } decision
            ? new(answered.Settle(now, patience), decision.Events)
            : Decision<OrderPayment>.Nothing;

    /// <summary>Its payment's state, told again. That a refund is due is nobody else's business.</summary>
    public IReadOnlyList<IEvent> Tell() => Payment is null ? [] : [ToEvent()];

    private Decision<OrderPayment> Answered(ChargeResult result, DateTimeOffset now, Patience patience)
    {
        var current = Payment!;
        var answered = current with { GatewayId = result.Id ?? current.GatewayId, Action = result.Action, Tries = 0 };
        // It is asked again: at once if it must not wait any longer.
        var askAt = IsOrderDead ? now : now + patience.OpenPayment;
        if (result.IsUndecided || (result.Action is not null && current.Status == PaymentStatus.RequiresAction))
            return answered with { DueAt = askAt } == current ? Decision<OrderPayment>.Nothing : new(this with { Payment = answered with { DueAt = askAt } });
        var next = this with
        {
            Payment = answered with
            {
                Status = result.Action is not null ? PaymentStatus.RequiresAction : result.IsCaptured ? PaymentStatus.Succeeded : PaymentStatus.Failed,
                Reason = result.DeclineCode,
                Version = current.Version + 1,
                DueAt = result.Action is not null ? askAt : null,
                DecidedAt = result.Action is not null ? null : now,
            },
        };
        return new(next, next.ToEvent());
    }

    private static string[]? SellersOf(OrderEvent order) =>
        order.AllLines.Select(line => line.SellerId).OfType<string>().Distinct().ToArray() is { Length: > 0 } sellers ? sellers : null;

    /// <summary>The event that tells of the payment's state as it is.</summary>
    private IEvent ToEvent() => Payment! switch
    {
        { Status: PaymentStatus.Processing, AnswerBy: var answerBy } => ToEvent<PaymentCreated>() with { AnswerBy = answerBy },
        { Status: PaymentStatus.RequiresAction } => ToEvent<PaymentRequiresAction>(),
        { IsDisputeNews: true } => ToEvent<PaymentDisputed>() with { Refunded = AmountRefunded },
        { Status: PaymentStatus.Failed, AttemptsLeft: var left } => ToEvent<PaymentFailed>() with { AttemptsLeft = left },
        { RefundFailure: { } reason } => ToEvent<PaymentRefundFailed>() with { Refunded = AmountRefunded, Failed = AmountFailed, SellerIds = SellerIds, Reason = reason },
        _ when AmountRefunded >= Price => ToEvent<PaymentRefunded>(),
        _ when AmountRefunded > 0 => ToEvent<PaymentPartiallyRefunded>() with { Refunded = AmountRefunded },
        _ => ToEvent<PaymentSucceeded>(),
    };

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
            Dispute = Payment.Dispute,
            Version = Payment.Version,
        };
}

/// <summary>What a buyer asks for.</summary>
/// <param name="PaymentId">What the payment is called, if this is the first attempt.</param>
/// <param name="UserId">Who asks.</param>
/// <param name="Method">The payment method.</param>
/// <param name="MaxAttempts">How many attempts an order has.</param>
/// <param name="Key">The <c>Idempotency-Key</c>.</param>
public sealed record PayAttempt(string PaymentId, string UserId, string Method, int MaxAttempts, string? Key = null);
