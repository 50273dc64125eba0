using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Payments.Gateway;

namespace Ticketing.Payments;

/// <summary>A payment: one attempt after the other, until one is captured. What is said of the charge is said of the latest attempt.</summary>
/// <param name="Id">Names it, and makes the gateway's idempotency keys: however often the charge or a refund is sent, it is made once.</param>
/// <param name="Method">The payment method, in the gateway's terms.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Version">From 1, one more with each change that an event tells of.</param>
/// <param name="GatewayId">The gateway's name for the charge.</param>
/// <param name="Reason">Why it was declined.</param>
/// <param name="DueAt">When the gateway is to be called (again); null while there is nothing to call it for.</param>
/// <param name="AnswerBy">Until when the order's seats are held for the gateway's answer.</param>
/// <param name="AttemptsLeft">How often the buyer may still try.</param>
/// <param name="Declined">The attempts before this one.</param>
/// <param name="Key">The <c>Idempotency-Key</c> of the call that began it.</param>
/// <param name="Refunded">How much has gone back; null before a refund is done, and in documents of before there were partial refunds.</param>
/// <param name="RefundAmount">
/// How much the refund that is due sends back, however often it is sent and whatever is wanted back meanwhile; null if none is due, and for everything in
/// documents of before there were partial refunds.
/// </param>
/// <param name="Refunds">How many of the refunds' idempotency keys are used up.</param>
public sealed record Payment(
    string Id, string Method, PaymentStatus Status, long Version, string? GatewayId = null, string? Reason = null, DateTimeOffset? DueAt = null,
    DateTimeOffset? AnswerBy = null, int AttemptsLeft = 0, IReadOnlyList<DeclinedAttempt>? Declined = null, string? Key = null,
    decimal? Refunded = null, decimal? RefundAmount = null, int Refunds = 0)
{
    // Stripe may forget an idempotency key after 24 hours. A charge that is sent again then would be another one.
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(23);

    /// <summary>When this attempt began; null in documents of before that was kept.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its outcome became known; null while it is open.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>What the buyer has to do; null if nothing.</summary>
    public BuyerAction? Action { get; init; }

    /// <summary>How often the call that is due was begun already.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Tries { get; init; }

    /// <summary>Every refund that was made, in their order; null before the first, and in documents of before that was kept.</summary>
    public IReadOnlyList<MadeRefund>? MadeRefunds { get; init; }

    /// <summary>Why the last refund failed. Nothing more is sent back unless an operator wants that.</summary>
    public string? RefundFailure { get; init; }

    /// <summary>When it failed.</summary>
    public DateTimeOffset? RefundFailedAt { get; init; }

    /// <summary>The buyer's disputes with the bank, in their order; null before the first.</summary>
    public IReadOnlyList<Dispute>? Disputes { get; init; }

    /// <summary>What was told last is what became of a dispute.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsDisputeNews { get; init; }

    /// <summary>Charges of this order that were captured besides this one, and are to go back as a whole.</summary>
    public IReadOnlyList<string>? Strays { get; init; }

    /// <summary>The gateway declined, and the buyer has attempts left.</summary>
    [JsonIgnore]
    public bool MayTryAgain => Status == PaymentStatus.Failed && AttemptsLeft > 0;

    /// <summary>The outcome of the charge is not known yet.</summary>
    [JsonIgnore]
    public bool IsOpen => Status is PaymentStatus.Processing or PaymentStatus.RequiresAction;

    /// <summary>The money was captured, whatever became of it.</summary>
    [JsonIgnore]
    public bool IsCaptured => !IsOpen && Status != PaymentStatus.Failed;

    /// <summary>Which attempt this is, from 1.</summary>
    [JsonIgnore]
    public int Attempt => (Declined?.Count ?? 0) + 1;

    /// <summary>The idempotency key of the charge. Each attempt has its own, since the gateway answers a key that it knows as before.</summary>
    [JsonIgnore]
    public string ChargeKey => Declined is null ? Id : $"{Id}/{Attempt}";

    /// <summary>The idempotency key of the next refund. The first one's is that of before there were partial refunds: one may be under way.</summary>
    [JsonIgnore]
    public string RefundKey => Refunds == 0 ? $"{Id}/refund" : $"{Id}/refund/{Refunds + 1}";

    /// <summary>What the latest dispute says; null if there is none.</summary>
    [JsonIgnore]
    public DisputeState? Dispute => Disputes?[^1].State;

    /// <summary>How much the bank took back for good.</summary>
    [JsonIgnore]
    public decimal Lost => Disputes?.Where(dispute => dispute.State == DisputeState.Lost).Sum(dispute => dispute.Amount) ?? 0;

    /// <summary>Whether the charge may be sent with its idempotency key: the gateway still knows whether it was sent before.</summary>
    public bool IsKeyKnown(DateTimeOffset now) => StartedAt is not { } started || now < started + KeyLifetime;

    /// <summary>The refund that is due was answered: the next one has another key.</summary>
    public Payment RefundDone() => this with { Status = PaymentStatus.Succeeded, RefundAmount = null, Refunds = Refunds + 1, Tries = 0 };

    /// <summary>Whether a charge at the provider is this payment's latest attempt.</summary>
    public bool Is(ProviderCharge found) =>
        GatewayId is { } known ? known == found.Result.Id : (Id, Attempt) == (found.PaymentId, found.Attempt);

    /// <summary>Whether it says already what the provider says of a charge (Stripe's <c>event.type</c>).</summary>
    public bool Says(string chargeId, string eventType) => eventType switch
    {
        "payment_intent.succeeded" => GatewayId == chargeId && IsCaptured,
        "payment_intent.requires_action" => GatewayId == chargeId && Status != PaymentStatus.Processing,
        "payment_intent.payment_failed" or "payment_intent.canceled" =>
            (GatewayId == chargeId && Status == PaymentStatus.Failed) || Declined?.Any(declined => declined.GatewayId == chargeId) == true,
        _ => false,
    };

    /// <summary>The method of the attempt that a call with this <c>Idempotency-Key</c> began; null if none did.</summary>
    public string? MethodOf(string? key) =>
        key is null ? null : Key == key ? Method : Declined?.FirstOrDefault(attempt => attempt.Key == key)?.Method;
}

/// <summary>An attempt that the gateway declined.</summary>
/// <param name="Method">The payment method.</param>
/// <param name="Reason">Why.</param>
/// <param name="GatewayId">The gateway's name for the charge.</param>
/// <param name="Key">The <c>Idempotency-Key</c> of the call that began it.</param>
/// <param name="StartedAt">When it began; null in documents of before that was kept.</param>
/// <param name="DecidedAt">When it was declined; null in documents of before that was kept.</param>
public sealed record DeclinedAttempt(
    string Method, string? Reason, string? GatewayId, string? Key = null, DateTimeOffset? StartedAt = null, DateTimeOffset? DecidedAt = null);

/// <summary>What the buyer has to do before the gateway captures, such as to confirm with the bank (3-D Secure).</summary>
/// <param name="Type">In the gateway's terms: <c>redirect_to_url</c>, or <c>use_stripe_sdk</c> with the client secret.</param>
/// <param name="Url">The page on which it is done; null if there is none.</param>
/// <param name="ClientSecret">With it, a page of the buyer's can ask the gateway itself. It is for nobody else.</param>
public sealed record BuyerAction(string Type, string? Url, string? ClientSecret);

/// <summary>A refund that was made.</summary>
/// <param name="Key">Its idempotency key; null if somebody else made it, such as in the provider's dashboard.</param>
/// <param name="GatewayId">The gateway's name for it; null if it has none.</param>
/// <param name="Amount">How much.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="At">When it was made.</param>
public sealed record MadeRefund(string? Key, string? GatewayId, decimal Amount, RefundStatus Status, string? Reason, DateTimeOffset At);

/// <summary>A dispute of the buyer with the bank.</summary>
/// <param name="GatewayId">The gateway's name for it.</param>
/// <param name="Amount">How much of the charge it is about.</param>
/// <param name="State">What became of it.</param>
/// <param name="Reason">What the buyer says, in the gateway's terms.</param>
/// <param name="OpenedAt">When it began.</param>
/// <param name="ClosedAt">When its end became known; null while it is open.</param>
public sealed record Dispute(string GatewayId, decimal Amount, DisputeState State, string? Reason, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt = null);

/// <summary>Where a payment stands.</summary>
public enum PaymentStatus
{
    /// <summary>The charge is due; its outcome is not known yet.</summary>
    [JsonStringEnumMemberName("processing")] Processing,

    /// <summary>The gateway waits for the buyer, who has to confirm the charge.</summary>
    [JsonStringEnumMemberName("requires_action")] RequiresAction,

    /// <summary>The money is captured.</summary>
    [JsonStringEnumMemberName("succeeded")] Succeeded,

    /// <summary>The gateway declined.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>More of the captured money is wanted back than has gone back; a refund is due.</summary>
    [JsonStringEnumMemberName("refunding")] Refunding,

    /// <summary>A part of the money went back, because seats were given back; nothing more is wanted back.</summary>
    [JsonStringEnumMemberName("partially_refunded")] PartiallyRefunded,

    /// <summary>All of the money went back.</summary>
    [JsonStringEnumMemberName("refunded")] Refunded,

    /// <summary>Money is wanted back, and its refund failed. An operator decides when it is tried again.</summary>
    [JsonStringEnumMemberName("refund_failed")] RefundFailed,
}

/// <summary>Where a refund stands.</summary>
public enum RefundStatus
{
    /// <summary>The gateway has accepted it; it is on its way to the buyer.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>As far as the gateway knows, the buyer has the money. It may still turn out that the bank could not take it.</summary>
    [JsonStringEnumMemberName("succeeded")] Succeeded,

    /// <summary>The money did not reach the buyer.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}
