using System.Text.Json.Serialization;

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

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Topic => Topics.Payments;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Key => OrderId;
}

/// <summary>A charge was asked for; the gateway has not answered yet.</summary>
public sealed record PaymentCreated : PaymentEvent;

/// <summary>The money is captured.</summary>
public sealed record PaymentSucceeded : PaymentEvent;

/// <summary>The gateway declined; no money moved.</summary>
public sealed record PaymentFailed : PaymentEvent;

/// <summary>The captured money went back, because its order is dead.</summary>
public sealed record PaymentRefunded : PaymentEvent;
