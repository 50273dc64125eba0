using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ticketing.Messaging;

namespace Ticketing.Contracts;

/// <summary>A payment's whole state after a change. Its <see cref="Event.Id"/> is the payment's, its key the order's.</summary>
public abstract record PaymentEvent : Event
{
    /// <summary>The order that is paid; an order has at most one payment.</summary>
    [JsonRequired]
    public string OrderId { get; init; } = "";

    /// <summary>Who pays.</summary>
    [JsonRequired]
    public string UserId { get; init; } = "";

    /// <summary>The gateway's name for the charge; none before it answered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentId { get; init; }

    /// <summary>What is charged, in <see cref="Currency"/>.</summary>
    [JsonRequired]
    public decimal Amount { get; init; }

    /// <summary>ISO 4217 code.</summary>
    [JsonRequired]
    public string Currency { get; init; } = "";

    /// <summary>Why it failed, for a payment that did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>What became of the buyer's dispute with the bank; null if there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DisputeState? Dispute { get; init; }

    /// <summary>See <see cref="Topics.Payments"/>.</summary>
    public static string TopicName => Topics.Payments;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Key => OrderId;
}

/// <summary>A charge was asked for; the gateway has not answered yet.</summary>
public sealed record PaymentCreated : PaymentEvent, IEvent<PaymentCreated>
{
    /// <inheritdoc/>
    public static string TypeName => "payment.created";

    /// <inheritdoc/>
    public static JsonTypeInfo<PaymentCreated> Json => ContractsJson.Default.PaymentCreated;

    /// <summary>Until when the order's seats are to be held for the gateway's answer, even if the hold runs out before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(UtcJsonConverter))]
    public DateTimeOffset? AnswerBy { get; init; }
}

/// <summary>
/// The gateway wants the buyer to act before it captures, such as to confirm with the bank (3-D Secure). The hold is not prolonged for that.
/// </summary>
public sealed record PaymentRequiresAction : PaymentEvent, IEvent<PaymentRequiresAction>
{
    /// <inheritdoc/>
    public static string TypeName => "payment.requires_action";

    /// <inheritdoc/>
    public static JsonTypeInfo<PaymentRequiresAction> Json => ContractsJson.Default.PaymentRequiresAction;
}

/// <summary>The money is captured.</summary>
public sealed record PaymentSucceeded : PaymentEvent, IEvent<PaymentSucceeded>
{
    /// <inheritdoc/>
    public static string TypeName => "payment.succeeded";

    /// <inheritdoc/>
    public static JsonTypeInfo<PaymentSucceeded> Json => ContractsJson.Default.PaymentSucceeded;
}

/// <summary>The gateway declined an attempt; no money moved.</summary>
public sealed record PaymentFailed : PaymentEvent, IEvent<PaymentFailed>
{
    /// <inheritdoc/>
    public static string TypeName => "payment.failed";

    /// <inheritdoc/>
    public static JsonTypeInfo<PaymentFailed> Json => ContractsJson.Default.PaymentFailed;

    /// <summary>How often the buyer may still try while the hold lasts. Without it, or at 0, this was the last attempt.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int AttemptsLeft { get; init; }
}

/// <summary>A part of the captured money went back, because seats were given back.</summary>
public sealed record PaymentPartiallyRefunded : PaymentEvent, IEvent<PaymentPartiallyRefunded>
{
    /// <inheritdoc/>
    public static string TypeName => "payment.partially_refunded";

    /// <inheritdoc/>
    public static JsonTypeInfo<PaymentPartiallyRefunded> Json => ContractsJson.Default.PaymentPartiallyRefunded;

    /// <summary>How much of <see cref="PaymentEvent.Amount"/> has gone back so far.</summary>
    [JsonRequired]
    public decimal Refunded { get; init; }
}

/// <summary>All of the captured money went back, because its order is dead.</summary>
public sealed record PaymentRefunded : PaymentEvent, IEvent<PaymentRefunded>
{
    /// <inheritdoc/>
    public static string TypeName => "payment.refunded";

    /// <inheritdoc/>
    public static JsonTypeInfo<PaymentRefunded> Json => ContractsJson.Default.PaymentRefunded;
}

/// <summary>A refund did not reach the buyer. Nobody tries it again until an operator says so.</summary>
public sealed record PaymentRefundFailed : PaymentEvent, IEvent<PaymentRefundFailed>
{
    /// <inheritdoc/>
    public static string TypeName => "payment.refund_failed";

    /// <inheritdoc/>
    public static JsonTypeInfo<PaymentRefundFailed> Json => ContractsJson.Default.PaymentRefundFailed;

    /// <summary>How much of <see cref="PaymentEvent.Amount"/> has gone back so far. It may be less than was told before: what was sent came back.</summary>
    [JsonRequired]
    public decimal Refunded { get; init; }

    /// <summary>
    /// The amounts of all refunds that have failed so far, together. Only another failed refund makes it more. 0 in events that were published before it was told.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal Failed { get; init; }

    /// <summary>Who sells the tickets of the order, each seller once; null if nobody knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? SellerIds { get; init; }
}

/// <summary>The buyer disputes the charge at the bank, or that dispute has ended: see <see cref="PaymentEvent.Dispute"/>.</summary>
public sealed record PaymentDisputed : PaymentEvent, IEvent<PaymentDisputed>
{
    /// <inheritdoc/>
    public static string TypeName => "payment.disputed";

    /// <inheritdoc/>
    public static JsonTypeInfo<PaymentDisputed> Json => ContractsJson.Default.PaymentDisputed;

    /// <summary>How much of <see cref="PaymentEvent.Amount"/> has gone back so far, without what the bank took.</summary>
    [JsonRequired]
    public decimal Refunded { get; init; }
}
