using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Payments.Gateway;

namespace Ticketing.Payments;

/// <summary>How captured money goes back.</summary>
public sealed partial record OrderPayment
{
    /// <summary>The gateway answered a refund. If more is wanted back meanwhile, the next refund is due.</summary>
    /// <param name="payment">The order.</param>
    /// <param name="refundKey">Which refund. The answer to an earlier one may come late.</param>
    /// <param name="result">The answer.</param>
    /// <param name="now">The time.</param>
    /// <param name="patience">When the gateway is asked what became of a refund that is on its way.</param>
    public static Decision<OrderPayment> Refunded(
        OrderPayment? payment, string refundKey, RefundResult result, DateTimeOffset now, Patience? patience = null)
    {
        if (payment?.Payment is not { Status: PaymentStatus.Refunding } current || current.RefundKey != refundKey)
            return Decision<OrderPayment>.Nothing;
        // No refund was made, and this one is not wanted any more: the bank has to decide first, or somebody else has sent the money back.
        if (result is { Status: RefundStatus.Failed, Id: null } && (current.Dispute == DisputeState.Disputed || payment.LeftToRefund < payment.RefundDue))
            return new((payment with { Payment = current.RefundDone() }).Settle(now, patience));
        var done = payment with { Payment = current.RefundDone() with { RefundFailure = null, RefundFailedAt = null } };
        var next = done.With([.. payment.AllRefunds, new(refundKey, result.Id, payment.RefundDue, result.Status, result.Reason, now)], now);
        return new(next.Settle(now, patience), next.ToEvent());
    }

    /// <summary>An operator wants what failed to go back after all.</summary>
    public static Decision<OrderPayment> RetryRefund(OrderPayment? payment, DateTimeOffset now)
    {
        if (payment?.Payment is null)
            return Decision<OrderPayment>.Refuse(RefusalKind.NotFound, "There is no payment of this order.");
        if (payment.Payment.Dispute == DisputeState.Disputed)
            return Decision<OrderPayment>.Refuse(RefusalKind.Conflict, "The charge is disputed: nothing can be refunded until the bank has decided.");
        return payment.Payment is { Status: PaymentStatus.RefundFailed } failed
            ? new(payment with { Payment = failed with { Status = PaymentStatus.Refunding, DueAt = now, RefundAmount = payment.LeftToRefund, Tries = 0 } })
            : Decision<OrderPayment>.Refuse(RefusalKind.Conflict, "No refund of this order has failed.");
    }

    /// <summary>A charge that should not have been there went back.</summary>
    public static Decision<OrderPayment> StrayRefunded(OrderPayment? payment, string chargeId, DateTimeOffset now, Patience? patience = null)
    {
        if (payment?.Payment is not { Strays: { } strays } current || !strays.Contains(chargeId))
            return Decision<OrderPayment>.Nothing;
        string[] left = [.. strays.Where(stray => stray != chargeId)];
        // What was due before is due again.
        var isDue = left.Length > 0 || current.IsOpen || current.Status == PaymentStatus.Refunding;
        var next = payment with { Payment = current with { Strays = left.Length == 0 ? null : left, Tries = 0, DueAt = isDue ? now : null } };
        return new(next.Settle(now, patience));
    }

    /// <summary>What has gone back, refund by refund. What went back before that was kept is one.</summary>
    private IReadOnlyList<MadeRefund> AllRefunds => Payment!.MadeRefunds
        ?? (AmountRefunded == 0 ? [] : [new($"{Payment.Id}/refund", null, AmountRefunded, RefundStatus.Succeeded, null, Payment.DecidedAt ?? DateTimeOffset.UnixEpoch)]);

    private decimal AmountFailed => AllRefunds.Where(refund => refund.Status == RefundStatus.Failed).Sum(refund => refund.Amount);

    /// <summary>With other refunds than before.</summary>
    private OrderPayment With(IReadOnlyList<MadeRefund> refunds, DateTimeOffset now)
    {
        var current = Payment!;
        var failed = refunds.LastOrDefault(refund => refund.Status == RefundStatus.Failed && !AllRefunds.Contains(refund));
        var next = this with
        {
            Payment = current with
            {
                MadeRefunds = refunds,
                Refunded = refunds.Where(refund => refund.Status != RefundStatus.Failed).Sum(refund => refund.Amount),
                RefundFailure = failed is null ? current.RefundFailure : failed.Reason ?? "failed",
                RefundFailedAt = failed is null ? current.RefundFailedAt : now,
                Version = current.Version + 1,
                IsDisputeNews = false,
            },
        };
        return next.WithoutOldFailure();
    }

    /// <summary>A refund that failed needs no other one if the money has gone back in another way.</summary>
    private OrderPayment WithoutOldFailure() =>
        LeftToRefund == 0 ? this with { Payment = Payment! with { RefundFailure = null, RefundFailedAt = null } } : this;

    /// <summary>What is due now, and where the payment stands, once its charge is captured and no refund is under way.</summary>
    private OrderPayment Settle(DateTimeOffset now, Patience? patience = null)
    {
        if (Payment is not { IsCaptured: true, Status: not PaymentStatus.Refunding } captured)
            return this;
        // While the bank has not decided, the money is with the bank, and the gateway refuses refunds.
        if (LeftToRefund is > 0 and var amount && captured.RefundFailure is null && captured.Dispute != DisputeState.Disputed)
            return this with { Payment = captured with { Status = PaymentStatus.Refunding, DueAt = now, RefundAmount = amount, Tries = 0 } };
        var isUnderWay = captured.Dispute == DisputeState.Disputed || captured.MadeRefunds?.Any(refund => refund.Status == RefundStatus.Pending) == true;
        return this with
        {
            Payment = captured with
            {
                Status = captured.RefundFailure is not null ? PaymentStatus.RefundFailed
                    // Once all is back nothing can follow, so this does not wait for the order's end: no refund would be left to tell of it.
                    : AmountRefunded >= Price ? PaymentStatus.Refunded
                    : AmountRefunded > 0 ? PaymentStatus.PartiallyRefunded
                    : PaymentStatus.Succeeded,
                DueAt = captured.Strays is not null ? captured.DueAt ?? now : isUnderWay ? now + (patience ?? Patience.Default).OpenRefund : null,
            },
        };
    }
}
