using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Payments.Gateway;

namespace Ticketing.Payments;

/// <summary>What becomes of a payment when the provider says how a charge is: asked for, or because it said so by itself.</summary>
public sealed partial record OrderPayment
{
    // More than any payment has. Those that follow are news to whoever heard of it before its document was lost.
    private const long LostVersions = 1000;

    /// <summary>
    /// Takes over how a charge of this order is at its provider: its outcome, its refunds and disputes, whoever made them. What is known already changes
    /// nothing, nor does what is older. A captured charge that is not the payment's goes back.
    /// </summary>
    public static Decision<OrderPayment> Take(OrderPayment? order, ProviderCharge found, DateTimeOffset now, Patience? patience = null)
    {
        if (order is null || found.OrderId != order.OrderId)
            return Decision<OrderPayment>.Nothing;
        var (next, events, warning) = (order, new List<IEvent>(), (string?)null);
        if (order.Payment is { } payment && !payment.Is(found))
            return order.TakeStray(payment, found, now);
        if (order.Payment is { IsOpen: true } || (found.Result.IsCaptured && order.Payment is not { IsCaptured: true }))
        {
            if (order.Payment is not { IsOpen: true })
                warning = $"{found.Result.Id} of order {order.OrderId} is captured, and nobody had recorded it. It is now.";
            Then((order.Payment is null ? order.Adopt(found) : order).Answered(found.Result, now, patience ?? Patience.Default));
        }
        if (next.Payment is { IsCaptured: true })
        {
            Then(next.TakeRefunds(found.Refunds, now));
            Then(next.TakeDisputes(found.Disputes, now));
        }
        return ReferenceEquals(next, order) ? Decision<OrderPayment>.Nothing : new(next.Settle(now, patience), [.. events]) { Warning = warning };

        void Then(Decision<OrderPayment> decision)
        {
            next = decision.State ?? next;
            events.AddRange(decision.Events ?? []);
        }
    }

    /// <summary>The payment's document is lost, and its money is not.</summary>
    private OrderPayment Adopt(ProviderCharge found) => this with
    {
        // Keys of refunds that were made are used up.
        Payment = new(found.PaymentId ?? found.Result.Id!, found.Method ?? "unknown", PaymentStatus.Processing, LostVersions, Refunds: found.Refunds.Count)
        {
            StartedAt = found.CreatedAt,
        },
    };

    private Decision<OrderPayment> TakeStray(Payment payment, ProviderCharge found, DateTimeOffset now)
    {
        var kept = found.Captured - found.Refunds.Where(refund => refund.Status != RefundStatus.Failed).Sum(refund => refund.Amount)
            - found.Disputes.Where(dispute => dispute.State != DisputeState.Won).Sum(dispute => dispute.Amount);
        return !found.Result.IsCaptured || kept <= 0 || payment.Strays?.Contains(found.Result.Id!) == true
            ? Decision<OrderPayment>.Nothing
            : new(this with { Payment = payment with { Strays = [.. payment.Strays ?? [], found.Result.Id!], DueAt = now, Tries = 0 } })
            {
                Warning = $"{found.Result.Id} of order {OrderId} is captured besides its payment. It goes back.",
            };
    }

    private Decision<OrderPayment> TakeRefunds(IReadOnlyList<MadeRefund> found, DateTimeOffset now)
    {
        var made = AllRefunds.ToList();
        foreach (var refund in found)
        {
            var known = made.FindIndex(one => one.GatewayId == refund.GatewayId || (one.GatewayId is null && one.Key is not null && one.Key == refund.Key));
            if (known < 0)
                made.Add(refund);
            // It succeeds after it was pending, and may fail after it succeeded: what says otherwise is older. One without a name was refused, and a second
            // call with its key was not.
            else if (refund.Status >= made[known].Status || made[known].GatewayId is null)
                made[known] = made[known] with { GatewayId = refund.GatewayId, Amount = refund.Amount, Status = refund.Status, Reason = refund.Reason };
        }
        if (made.SequenceEqual(AllRefunds))
            return Decision<OrderPayment>.Nothing;
        var current = Payment!;
        var isDone = current.Status == PaymentStatus.Refunding && made.Exists(refund => refund.Key == current.RefundKey);
        var next = (isDone
            ? this with { Payment = current.RefundDone() with { RefundFailure = null, RefundFailedAt = null } }
            : this).With(made, now);
        return new(next, next.ToEvent());
    }

    private Decision<OrderPayment> TakeDisputes(IReadOnlyList<Dispute> found, DateTimeOffset now)
    {
        var known = Payment!.Disputes?.ToList() ?? [];
        foreach (var dispute in found)
        {
            DateTimeOffset? closedAt = dispute.State == DisputeState.Disputed ? null : now;
            var at = known.FindIndex(one => one.GatewayId == dispute.GatewayId);
            if (at < 0)
                known.Add(dispute with { ClosedAt = closedAt });
            // One that has ended stays as it ended: what says otherwise is older.
            else if (known[at].State == DisputeState.Disputed && dispute.State != DisputeState.Disputed)
                known[at] = known[at] with { State = dispute.State, Amount = dispute.Amount, ClosedAt = closedAt };
        }
        if (known.SequenceEqual(Payment.Disputes ?? []))
            return Decision<OrderPayment>.Nothing;
        var next = (this with { Payment = Payment with { Disputes = known, IsDisputeNews = true, Version = Payment.Version + 1 } }).WithoutOldFailure();
        return new(next, next.ToEvent());
    }
}
