using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.ServiceDefaults;

namespace Ticketing.Payments;

/// <summary>What the gateway can be called for.</summary>
public enum GatewayCall
{
    /// <summary>To capture the price.</summary>
    Charge,

    /// <summary>To capture nothing, unless it has done so already.</summary>
    Cancel,

    /// <summary>To say how the charge is.</summary>
    Ask,

    /// <summary>To send money back.</summary>
    Refund,

    /// <summary>To send a charge back that should not be there.</summary>
    RefundStray,
}

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

    /// <summary>Who sells the tickets of the order, each seller once; null if no event of the order named them.</summary>
    public IReadOnlyList<string>? SellerIds { get; init; }

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

    /// <summary>What the gateway is to be called for when the payment is due.</summary>
    [JsonIgnore]
    public GatewayCall CallDue => Payment switch
    {
        { Strays: [_, ..] } => GatewayCall.RefundStray,
        { IsOpen: true } when IsOrderDead => GatewayCall.Cancel,
        { IsOpen: true, GatewayId: not null } => GatewayCall.Ask,
        { IsOpen: true } => GatewayCall.Charge,
        { Status: PaymentStatus.Refunding } => GatewayCall.Refund,
        _ => GatewayCall.Ask,
    };

    /// <summary>Names what its payer sees now. That a refund is due, or that an open charge has its name, has no version of its own.</summary>
    [JsonIgnore]
    public string ETag => Payment switch
    {
        { Status: PaymentStatus.Refunding } => $"\"{Payment.Version}-refunding\"",
        { Status: PaymentStatus.Processing, GatewayId: not null } => $"\"{Payment.Version}-named\"",
        _ => Preconditions.ETag(Payment!.Version),
    };

    private decimal WantedBack => IsOrderDead ? Price : Math.Min(Refund, Price);

    /// <summary>How much is still to go back. What the bank took back for good is gone already.</summary>
    private decimal LeftToRefund => Math.Max(0, WantedBack - AmountRefunded - (Payment?.Lost ?? 0));

    private static bool IsDead(OrderStatus status) => status is OrderStatus.Cancelled or OrderStatus.Failed;

    /// <summary>Payments by order; those for which the gateway is to be called, by when; and those with a refund that failed.</summary>
    public static DocumentType<OrderPayment> Documents { get; } = new(
        "payments", PaymentsJson.Default.OrderPayment,
        new DocumentIndex<OrderPayment>("due", order => order.Payment?.DueAt is { } due ? IndexQuery.Key(due) : null),
        new DocumentIndex<OrderPayment>("refund_failed", order => order.Payment?.Status == PaymentStatus.RefundFailed ? "" : null))
    {
        Trace = new(order => order.Trace, (order, trace) => order with { Trace = trace }),
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OrderPayment))]
internal sealed partial class PaymentsJson : JsonSerializerContext;
