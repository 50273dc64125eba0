using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.ServiceDefaults;

namespace Ticketing.Payments;

/// <summary>What Payments knows of an order, and the order's one payment. The only authority over money.</summary>
public sealed partial record OrderPayment
{
    /// <summary>The order; the document's id is the same.</summary>
    public required string OrderId { get; init; }

    /// <summary>The buyer.</summary>
    public required string UserId { get; init; }

    /// <summary>What is to be charged.</summary>
    public required decimal Price { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Where the order stands, as far as it is known here.</summary>
    public required OrderStatus OrderStatus { get; init; }

    /// <summary>The order's version that this is.</summary>
    public required long OrderVersion { get; init; }

    /// <summary>The part of the price to refund because seats were given back. It never becomes less. For a dead order, all of the price is refunded.</summary>
    public decimal Refund { get; init; }

    /// <summary>When the hold ends; null if the order was stored before Payments kept that.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The payment; null before the buyer asks for it.</summary>
    public Payment? Payment { get; init; }

    /// <summary>The order's trace.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>An order that will not be paid any more.</summary>
    [JsonIgnore]
    public bool IsOrderDead => IsDead(OrderStatus);

    /// <summary>How much has gone back. A payment that was refunded before Payments kept that was refunded as a whole.</summary>
    [JsonIgnore]
    public decimal AmountRefunded => Payment switch
    {
        { Refunded: { } amount } => amount,
        { Status: PaymentStatus.Refunded } => Price,
        _ => 0,
    };

    /// <summary>How much the refund that is due sends back; 0 if none is due.</summary>
    [JsonIgnore]
    public decimal RefundDue => Payment is { Status: PaymentStatus.Refunding } refunding ? refunding.RefundAmount ?? Price : 0;

    /// <summary>Names what its payer sees now. That a refund is due has no version of its own.</summary>
    [JsonIgnore]
    public string ETag => Payment is { Status: PaymentStatus.Refunding } ? $"\"{Payment.Version}-refunding\"" : Preconditions.ETag(Payment!.Version);

    private decimal WantedBack => IsOrderDead ? Price : Math.Min(Refund, Price);

    private static bool IsDead(OrderStatus status) => status is OrderStatus.Cancelled or OrderStatus.Failed;

    /// <summary>Payments by order, and those with a charge or refund to be done, by when.</summary>
    public static DocumentType<OrderPayment> Documents { get; } = new(
        "payments", PaymentsJson.Default.OrderPayment,
        new DocumentIndex<OrderPayment>("due", order => order.Payment?.DueAt is { } due ? IndexQuery.Key(due) : null))
    {
        Trace = new(order => order.Trace, (order, trace) => order with { Trace = trace }),
    };
}

/// <summary>A payment: one attempt after the other, until one is captured. What is said of the charge is said of the latest attempt.</summary>
/// <param name="Id">Names it, and makes the gateway's idempotency keys: however often the charge or a refund is sent, it is made once.</param>
/// <param name="Method">The payment method, in the gateway's terms.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Version">From 1, one more with each change that an event tells of.</param>
/// <param name="GatewayId">The gateway's name for the charge.</param>
/// <param name="Reason">Why it was declined.</param>
/// <param name="DueAt">When the charge or refund is to be sent (again); null while none is due.</param>
/// <param name="AnswerBy">Until when the order's seats are held for the gateway's answer.</param>
/// <param name="AttemptsLeft">How often the buyer may still try.</param>
/// <param name="Declined">The attempts before this one.</param>
/// <param name="Key">The <c>Idempotency-Key</c> of the call that began it.</param>
/// <param name="Refunded">How much has gone back; null before a refund is done, and in documents of before there were partial refunds.</param>
/// <param name="RefundAmount">
/// How much the refund that is due sends back, however often it is sent and whatever is wanted back meanwhile; null if none is due, and for everything in
/// documents of before there were partial refunds.
/// </param>
/// <param name="Refunds">How many refunds are done.</param>
public sealed record Payment(
    string Id, string Method, PaymentStatus Status, long Version, string? GatewayId = null, string? Reason = null, DateTimeOffset? DueAt = null,
    DateTimeOffset? AnswerBy = null, int AttemptsLeft = 0, IReadOnlyList<DeclinedAttempt>? Declined = null, string? Key = null,
    decimal? Refunded = null, decimal? RefundAmount = null, int Refunds = 0)
{
    /// <summary>The gateway declined, and the buyer has attempts left.</summary>
    [JsonIgnore]
    public bool MayTryAgain => Status == PaymentStatus.Failed && AttemptsLeft > 0;

    /// <summary>Which attempt this is, from 1.</summary>
    [JsonIgnore]
    public int Attempt => (Declined?.Count ?? 0) + 1;

    /// <summary>The idempotency key of the charge. Each attempt has its own, since the gateway answers a key that it knows as before.</summary>
    [JsonIgnore]
    public string ChargeKey => Declined is null ? Id : $"{Id}/{Attempt}";

    /// <summary>The idempotency key of the next refund. The first one's is that of before there were partial refunds: one may be under way.</summary>
    [JsonIgnore]
    public string RefundKey => Refunds == 0 ? $"{Id}/refund" : $"{Id}/refund/{Refunds + 1}";

    /// <summary>The method of the attempt that a call with this <c>Idempotency-Key</c> began; null if none did.</summary>
    public string? MethodOf(string? key) =>
        key is null ? null : Key == key ? Method : Declined?.FirstOrDefault(attempt => attempt.Key == key)?.Method;
}

/// <summary>An attempt that the gateway declined.</summary>
/// <param name="Method">The payment method.</param>
/// <param name="Reason">Why.</param>
/// <param name="GatewayId">The gateway's name for the charge.</param>
/// <param name="Key">The <c>Idempotency-Key</c> of the call that began it.</param>
public sealed record DeclinedAttempt(string Method, string? Reason, string? GatewayId, string? Key = null);

/// <summary>Where a payment stands.</summary>
public enum PaymentStatus
{
    /// <summary>The charge is due; its outcome is not known yet.</summary>
    [JsonStringEnumMemberName("processing")] Processing,

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
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OrderPayment))]
internal sealed partial class PaymentsJson : JsonSerializerContext;
