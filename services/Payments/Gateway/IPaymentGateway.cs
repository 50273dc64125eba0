namespace Ticketing.Payments.Gateway;

/// <summary>Moves money. Calls with the same idempotency key are one call: the later ones get the first one's answer.</summary>
public interface IPaymentGateway
{
    /// <summary>Whether charges may name this payment method.</summary>
    bool Knows(string method);

    /// <summary>Captures money, or declines to, or wants the buyer to act. What throws may or may not have captured it: ask again with the same key.</summary>
    Task<ChargeResult> ChargeAsync(Charge charge, CancellationToken cancellation);

    /// <summary>Makes sure that a charge that was sent, or was not, captures nothing. It may have captured already: then that is the answer.</summary>
    Task<ChargeResult> VoidAsync(Charge charge, CancellationToken cancellation);

    /// <summary>Makes sure that a charge that waits for its buyer captures nothing. It may have captured already: then that is the answer.</summary>
    Task<ChargeResult> CancelAsync(string chargeId, CancellationToken cancellation);

    /// <summary>Sends captured money back, all of it or a part.</summary>
    Task<RefundResult> RefundAsync(Refund refund, CancellationToken cancellation);

    /// <summary>How a charge is now; null if the gateway has none of this name.</summary>
    Task<ProviderCharge?> FindAsync(string chargeId, CancellationToken cancellation);

    /// <summary>What has happened to charges at this time or later.</summary>
    IAsyncEnumerable<ProviderNews> ListNewsAsync(DateTimeOffset since, CancellationToken cancellation);
}

/// <summary>A charge.</summary>
/// <param name="IdempotencyKey">Makes repeated calls one.</param>
/// <param name="Amount">How much.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Method">From where, in the gateway's terms.</param>
/// <param name="OrderId">What is paid.</param>
/// <param name="PaymentId">Which payment of the order this is.</param>
/// <param name="Attempt">Which try to pay the order this is, from 1.</param>
public sealed record Charge(string IdempotencyKey, decimal Amount, string Currency, string Method, string OrderId, string PaymentId, int Attempt);

/// <summary>A refund of a charge, or of a part of it.</summary>
/// <param name="IdempotencyKey">Makes repeated calls one.</param>
/// <param name="ChargeId">The gateway's name for the charge.</param>
/// <param name="Amount">How much; null for all that is left of it.</param>
/// <param name="Currency">The charge's currency.</param>
public sealed record Refund(string IdempotencyKey, string ChargeId, decimal? Amount, string Currency);

/// <summary>What became of a charge.</summary>
/// <param name="Id">The gateway's name for it; null if it was declined before it had one.</param>
/// <param name="DeclineCode">Why no money moved; null if it did, or may yet.</param>
/// <param name="Action">What the buyer has to do first; null if nothing.</param>
public sealed record ChargeResult(string? Id, string? DeclineCode = null, BuyerAction? Action = null)
{
    /// <summary>The gateway has not decided yet, and waits for nobody.</summary>
    public bool IsUndecided { get; init; }

    /// <summary>Whether the money is captured.</summary>
    public bool IsCaptured => DeclineCode is null && Action is null && !IsUndecided;
}

/// <summary>That something has happened to a charge. It says no more than that: how the charge is now, the provider is asked.</summary>
/// <param name="Type">What, in the provider's terms (Stripe's <c>event.type</c>).</param>
/// <param name="ChargeId">The provider's name for the charge.</param>
/// <param name="OrderId">The order that the charge names, if that was told.</param>
public sealed record ProviderNews(string Type, string ChargeId, string? OrderId)
{
    /// <summary>Whether the charge was captured.</summary>
    public bool IsCaptured => Type == "payment_intent.succeeded";
}

/// <summary>What became of a refund.</summary>
/// <param name="Id">The gateway's name for it; null if it made none.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it failed.</param>
public sealed record RefundResult(string? Id, RefundStatus Status, string? Reason = null);

/// <summary>A charge as its provider has it: the truth about money.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="OrderId">The order that it names; null if none of ours.</param>
/// <param name="PaymentId">The payment that it names.</param>
/// <param name="Attempt">Which try this is.</param>
/// <param name="Method">The payment method; null if it is not known any more.</param>
/// <param name="Captured">How much was captured.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="Refunds">Its refunds, the oldest first.</param>
/// <param name="Disputes">Its disputes, the oldest first.</param>
public sealed record ProviderCharge(
    ChargeResult Result, string? OrderId, string? PaymentId, int Attempt, string? Method, decimal Captured, DateTimeOffset CreatedAt,
    IReadOnlyList<MadeRefund> Refunds, IReadOnlyList<Dispute> Disputes);
