using System.Collections.Frozen;

namespace Ticketing.Payments.Gateway;

/// <summary>Stripe's events that say something of a charge. The AppHost compiles this file, too: its simulator delivers these.</summary>
internal static class StripeEventTypes
{
    public static readonly FrozenSet<string> Handled = FrozenSet.Create(
        "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled", "payment_intent.requires_action", "charge.refunded",
        "refund.updated", "refund.failed", "charge.dispute.created", "charge.dispute.closed");
}
