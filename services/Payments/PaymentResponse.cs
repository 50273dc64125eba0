using Ticketing.Contracts;

namespace Ticketing.Payments;

/// <summary>A payment as its payer sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="OrderId">What is paid.</param>
/// <param name="PaymentId">The gateway's name for the charge, once it answered.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it was declined, or why a refund failed.</param>
/// <param name="Amount">What is paid.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Refunded">How much has gone back.</param>
/// <param name="AttemptsLeft">How often its payer may try again while the hold lasts, if it was declined.</param>
/// <param name="ClientSecret">With it, the payer's page can confirm the charge by Stripe.js, if it requires action.</param>
/// <param name="NextAction">What the payer has to do, if it requires action.</param>
/// <param name="Dispute">What became of the payer's dispute with the bank, if there is one.</param>
/// <param name="Attempts">Every attempt, in their order.</param>
/// <param name="Refunds">Every refund, in their order.</param>
/// <param name="Disputes">Every dispute with the bank, in their order.</param>
public sealed record PaymentResponse(
    string Id, string OrderId, string? PaymentId, PaymentStatus Status, string? Reason, decimal Amount, string Currency, decimal Refunded,
    int? AttemptsLeft, string? ClientSecret, NextActionResponse? NextAction, DisputeState? Dispute, IReadOnlyList<AttemptResponse> Attempts,
    IReadOnlyList<RefundResponse> Refunds, IReadOnlyList<DisputeResponse> Disputes)
{
    /// <summary>What its payer sees of a payment.</summary>
    public static PaymentResponse Of(OrderPayment order)
    {
        var payment = order.Payment!;
        // Where the money is now is not where the charge stands.
        var charge = payment.IsCaptured ? PaymentStatus.Succeeded : payment.Status;
        return new(
            payment.Id, order.OrderId, payment.GatewayId, payment.Status, payment.RefundFailure ?? payment.Reason, order.Price, order.Currency, order.AmountRefunded,
            payment.Status == PaymentStatus.Failed ? payment.AttemptsLeft : null, payment.Action?.ClientSecret,
            payment.Action is { } action ? new(action.Type, action.Url) : null, payment.Dispute,
            [
                .. (payment.Declined ?? []).Select(declined => new AttemptResponse(
                    declined.Method, PaymentStatus.Failed, declined.Reason, declined.StartedAt, declined.DecidedAt)),
                new(payment.Method, charge, payment.Reason, payment.StartedAt, payment.DecidedAt),
            ],
            [.. (payment.MadeRefunds ?? []).Select(refund => new RefundResponse(refund.GatewayId, refund.Amount, refund.Status, refund.Reason, refund.At))],
            [
                .. (payment.Disputes ?? []).Select(dispute => new DisputeResponse(
                    dispute.GatewayId, dispute.Amount, dispute.State, dispute.Reason, dispute.OpenedAt, dispute.ClosedAt)),
            ]);
    }
}

/// <summary>What the payer has to do.</summary>
/// <param name="Type">In Stripe's terms: <c>redirect_to_url</c>, or <c>use_stripe_sdk</c>.</param>
/// <param name="Url">The page on which the payer confirms; null if only Stripe.js can.</param>
public sealed record NextActionResponse(string Type, string? Url);

/// <summary>An attempt to pay.</summary>
/// <param name="PaymentMethod">From where, in the gateway's terms.</param>
/// <param name="Status">Where it stands: <c>processing</c>, <c>requires_action</c>, <c>succeeded</c> or <c>failed</c>.</param>
/// <param name="Reason">Why it was declined.</param>
/// <param name="StartedAt">When it began; null if that was not kept.</param>
/// <param name="DecidedAt">When its outcome became known; null before, or if that was not kept.</param>
public sealed record AttemptResponse(string PaymentMethod, PaymentStatus Status, string? Reason, DateTimeOffset? StartedAt, DateTimeOffset? DecidedAt);

/// <summary>A refund.</summary>
/// <param name="Id">The gateway's name for it, if it has one.</param>
/// <param name="Amount">How much.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="At">When it was made.</param>
public sealed record RefundResponse(string? Id, decimal Amount, RefundStatus Status, string? Reason, DateTimeOffset At);

/// <summary>A dispute with the bank.</summary>
/// <param name="Id">The gateway's name for it.</param>
/// <param name="Amount">How much of the charge it is about.</param>
/// <param name="State">What became of it.</param>
/// <param name="Reason">What the payer says, in the gateway's terms.</param>
/// <param name="OpenedAt">When it began.</param>
/// <param name="ClosedAt">When it ended; null while it is open.</param>
public sealed record DisputeResponse(string Id, decimal Amount, DisputeState State, string? Reason, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt);
