using System.Text.Json.Serialization;
using Ticketing.Contracts;

namespace Ticketing.Notifications;

/// <summary>What a user is told of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NotificationKind>))]
public enum NotificationKind
{
    /// <summary>The buyer's order is placed, and held until a time.</summary>
    [JsonStringEnumMemberName("order_received")] OrderReceived,

    /// <summary>It is paid, or it is free.</summary>
    [JsonStringEnumMemberName("order_approved")] OrderApproved,

    /// <summary>An attempt to pay it was declined, and the buyer may try again.</summary>
    [JsonStringEnumMemberName("payment_declined")] PaymentDeclined,

    /// <summary>Its hold is about to end.</summary>
    [JsonStringEnumMemberName("order_expiring")] OrderExpiring,

    /// <summary>Its hold has ended.</summary>
    [JsonStringEnumMemberName("order_expired")] OrderExpired,

    /// <summary>It was cancelled, for another reason.</summary>
    [JsonStringEnumMemberName("order_cancelled")] OrderCancelled,

    /// <summary>The last attempt to pay it was declined.</summary>
    [JsonStringEnumMemberName("order_failed")] OrderFailed,

    /// <summary>Money went back to the buyer.</summary>
    [JsonStringEnumMemberName("payment_refunded")] PaymentRefunded,

    /// <summary>The buyer's dispute with the bank has begun or ended.</summary>
    [JsonStringEnumMemberName("payment_disputed")] PaymentDisputed,

    /// <summary>The first seats of the seller's ticket are sold.</summary>
    [JsonStringEnumMemberName("ticket_first_sale")] TicketFirstSale,

    /// <summary>Few seats of the seller's ticket are left.</summary>
    [JsonStringEnumMemberName("ticket_low_stock")] TicketLowStock,

    /// <summary>None is left.</summary>
    [JsonStringEnumMemberName("ticket_sold_out")] TicketSoldOut,

    /// <summary>A refund of an order of the seller's tickets did not reach its buyer.</summary>
    [JsonStringEnumMemberName("refund_failed")] RefundFailed,
}

/// <summary>One thing that a user is told. Its text is made when it is read, in the user's language then.</summary>
/// <param name="Number">From 1 for each user, one more with each.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="At">When it was made.</param>
public sealed record Notification(int Number, NotificationKind Kind, DateTimeOffset At)
{
    /// <summary>The order that it is about.</summary>
    public string? OrderId { get; init; }

    /// <summary>The ticket that it is about.</summary>
    public string? TicketId { get; init; }

    /// <summary>What was ordered or is sold, such as <c>2 × Front row, 1 × Balcony</c>: plain text of one line.</summary>
    public string? What { get; init; }

    /// <summary>The price, what went back, or what did not reach the buyer.</summary>
    public decimal? Amount { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public string? Currency { get; init; }

    /// <summary>Until when the seats are held.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>How often the buyer may still try to pay.</summary>
    public int? AttemptsLeft { get; init; }

    /// <summary>Why, as events name it.</summary>
    public string? Reason { get; init; }

    /// <summary>What became of the dispute.</summary>
    public DisputeState? Dispute { get; init; }

    /// <summary>How many seats are concerned.</summary>
    public int? Seats { get; init; }
}
