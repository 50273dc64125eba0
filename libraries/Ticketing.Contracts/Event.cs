using System.Text.Json.Serialization;

namespace Ticketing.Contracts;

/// <summary>
/// Something that happened, as it travels: one JSON object whose <c>type</c> says which of these it is.
/// Consumers ignore types and fields that they do not know, so both may be added at any time.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TicketCreated), "ticket.created")]
[JsonDerivedType(typeof(TicketUpdated), "ticket.updated")]
[JsonDerivedType(typeof(TicketReserved), "ticket.reserved")]
[JsonDerivedType(typeof(TicketRejected), "ticket.rejected")]
[JsonDerivedType(typeof(OrderCreated), "order.created")]
[JsonDerivedType(typeof(OrderPending), "order.pending")]
[JsonDerivedType(typeof(OrderCompleted), "order.completed")]
[JsonDerivedType(typeof(OrderCancelled), "order.cancelled")]
[JsonDerivedType(typeof(OrderFailed), "order.failed")]
[JsonDerivedType(typeof(PaymentCreated), "payment.created")]
[JsonDerivedType(typeof(PaymentSucceeded), "payment.succeeded")]
[JsonDerivedType(typeof(PaymentFailed), "payment.failed")]
[JsonDerivedType(typeof(PaymentRefunded), "payment.refunded")]
[JsonDerivedType(typeof(ExpirationExpired), "expiration.expired")]
public abstract record Event
{
    /// <summary>Id of the aggregate that this happened to.</summary>
    [JsonPropertyOrder(-10)]
    public string Id { get; init; } = "";

    /// <summary>
    /// The aggregate's version: from 1, one more with each change of its state. An answer that changes nothing carries the version it saw.
    /// </summary>
    [JsonPropertyOrder(10)]
    public long Version { get; init; }

    /// <summary>The topic that this event is published to.</summary>
    [JsonIgnore]
    public abstract string Topic { get; }

    /// <summary>The record's key: what this event stays in order with.</summary>
    [JsonIgnore]
    public abstract string Key { get; }
}
