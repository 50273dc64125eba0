using System.Text.Json.Serialization;

namespace Ticketing.Contracts;

/// <summary>The life of an order: created, pending payment, then completed; or cancelled or failed.</summary>
public enum OrderStatus
{
    /// <summary>Placed; the seats are not reserved yet.</summary>
    [JsonStringEnumMemberName("created")] Created,

    /// <summary>The seats are reserved until the hold runs out.</summary>
    [JsonStringEnumMemberName("pending_payment")] PendingPayment,

    /// <summary>Paid.</summary>
    [JsonStringEnumMemberName("completed")] Completed,

    /// <summary>Given up by the buyer or a seller, by the clock, or for want of seats.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>The payment was declined.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}
