namespace Ticketing.Faults.Tests.Checking;

/// <summary>What Stripe says that it has, in the terms of its API.</summary>
/// <param name="Intents">Every PaymentIntent.</param>
/// <param name="Refunds">Every refund.</param>
/// <param name="Disputes">Every dispute.</param>
public sealed record StripeBooks(IReadOnlyList<StripeIntent> Intents, IReadOnlyList<StripeRefund> Refunds, IReadOnlyList<StripeDispute> Disputes)
{
    /// <summary>Nobody has paid anything.</summary>
    public static StripeBooks Empty { get; } = new([], [], []);

    /// <summary>The refunds of a PaymentIntent.</summary>
    public IEnumerable<StripeRefund> RefundsOf(StripeIntent intent) => Refunds.Where(refund => refund.PaymentIntent == intent.Id);

    /// <summary>The disputes of a PaymentIntent in which money has moved.</summary>
    public IEnumerable<StripeDispute> DisputesOf(StripeIntent intent) => Disputes.Where(dispute => dispute.PaymentIntent == intent.Id && !dispute.IsInquiry);

    /// <summary>How much of a PaymentIntent went back to the buyer's card, or is on its way.</summary>
    public decimal BackOf(StripeIntent intent) => RefundsOf(intent).Where(refund => refund.Status is "succeeded" or "pending").Sum(refund => refund.Money);

    /// <summary>How much of a PaymentIntent the bank took back for good.</summary>
    public decimal LostOf(StripeIntent intent) => DisputesOf(intent).Where(dispute => dispute.Status == "lost").Sum(dispute => dispute.Money);
}

/// <summary>A PaymentIntent. Amounts are in cents.</summary>
public sealed record StripeIntent(
    string Id, string Status, long Amount, long AmountReceived, string? PaymentMethod, IReadOnlyDictionary<string, string> Metadata) : IStripeObject
{
    /// <summary>The order that it names.</summary>
    public string OrderId => Metadata.GetValueOrDefault("order_id", "");

    /// <summary>What was captured.</summary>
    public decimal Captured => AmountReceived / 100m;

    /// <summary>Whether it may yet be captured without a call of the shop's.</summary>
    public bool IsOpen => Status is "requires_action" or "requires_confirmation" or "processing" or "requires_capture";

    /// <summary>Whether the bank never takes a refund in the end: one of Stripe's test cards.</summary>
    public bool RefundsFail => PaymentMethod == "pm_card_refundFail";

    /// <summary>Whether a refund is on its way for a while: one of Stripe's test cards.</summary>
    public bool RefundsTakeTime => PaymentMethod == "pm_card_pendingRefund";

    /// <summary>Whether the buyer will dispute it: some of Stripe's test cards.</summary>
    public bool WillBeDisputed => AmountReceived > 0 && PaymentMethod?.StartsWith("pm_card_createDispute", StringComparison.Ordinal) == true;
}

/// <summary>A refund. Its amount is in cents.</summary>
public sealed record StripeRefund(string Id, string PaymentIntent, long Amount, string Status, IReadOnlyDictionary<string, string> Metadata) : IStripeObject
{
    /// <summary>What the shop calls it; empty if somebody else made it.</summary>
    public string Key => Metadata.GetValueOrDefault("idempotency_key", "");

    public decimal Money => Amount / 100m;
}

/// <summary>A dispute. Its amount is in cents.</summary>
public sealed record StripeDispute(string Id, string PaymentIntent, long Amount, string Status) : IStripeObject
{
    public decimal Money => Amount / 100m;

    /// <summary>The bank only asks. It has taken nothing.</summary>
    public bool IsInquiry => Status.StartsWith("warning_", StringComparison.Ordinal);

    /// <summary>Whether the bank has still to decide.</summary>
    public bool IsOpen => Status is "needs_response" or "warning_needs_response";
}

/// <summary>Whatever Stripe lists.</summary>
public interface IStripeObject
{
    string Id { get; }
}
