using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ticketing.Messaging;

namespace Ticketing.Contracts;

/// <summary>Events of any type to JSON and back: camelCase, source-generated, UTF-8.</summary>
public static class EventJson
{
    /// <summary>Every type of event.</summary>
    public static IReadOnlyList<EventType> Types { get; } =
    [
        EventType.Of<TicketCreated>(), EventType.Of<TicketUpdated>(), EventType.Of<TicketReserved>(), EventType.Of<TicketRejected>(),
        EventType.Of<TicketRevoked>(), EventType.Of<TicketLowStock>(), EventType.Of<TicketSoldOut>(),
        EventType.Of<OrderCreated>(), EventType.Of<OrderPending>(), EventType.Of<OrderCompleted>(), EventType.Of<OrderCancelled>(),
        EventType.Of<OrderFailed>(),
        EventType.Of<PaymentCreated>(), EventType.Of<PaymentSucceeded>(), EventType.Of<PaymentFailed>(),
        EventType.Of<PaymentRequiresAction>(), EventType.Of<PaymentPartiallyRefunded>(), EventType.Of<PaymentRefunded>(),
        EventType.Of<PaymentRefundFailed>(), EventType.Of<PaymentDisputed>(),
        EventType.Of<ExpirationExpired>(),
        EventType.Of<AccountCreated>(), EventType.Of<AccountUpdated>(), EventType.Of<AccountDeleted>(),
    ];

    private static readonly FrozenDictionary<string, EventType> ByName = Types.ToFrozenDictionary(type => type.Name);

    /// <summary>An event as it goes over the wire.</summary>
    public static byte[] Serialize(IEvent @event) => @event.Type.Serialize(@event);

    /// <summary>
    /// Reads an event. Null for a <c>type</c> that this version does not know, which is no error: another version publishes it.
    /// </summary>
    /// <exception cref="JsonException">Not a JSON object, no <c>type</c>, a required field is missing, has the wrong type or is out of bounds.</exception>
    public static IEvent? Deserialize(ReadOnlySpan<byte> json) =>
        ByName.TryGetValue(EventType.ReadName(json), out var type) ? type.Deserialize(json) : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(TicketCreated))]
[JsonSerializable(typeof(TicketUpdated))]
[JsonSerializable(typeof(TicketReserved))]
[JsonSerializable(typeof(TicketRejected))]
[JsonSerializable(typeof(TicketRevoked))]
[JsonSerializable(typeof(TicketLowStock))]
[JsonSerializable(typeof(TicketSoldOut))]
[JsonSerializable(typeof(OrderCreated))]
[JsonSerializable(typeof(OrderPending))]
[JsonSerializable(typeof(OrderCompleted))]
[JsonSerializable(typeof(OrderCancelled))]
[JsonSerializable(typeof(OrderFailed))]
[JsonSerializable(typeof(PaymentCreated))]
[JsonSerializable(typeof(PaymentSucceeded))]
[JsonSerializable(typeof(PaymentFailed))]
[JsonSerializable(typeof(PaymentPartiallyRefunded))]
[JsonSerializable(typeof(PaymentRefunded))]
[JsonSerializable(typeof(PaymentRequiresAction))]
[JsonSerializable(typeof(PaymentRefundFailed))]
[JsonSerializable(typeof(PaymentDisputed))]
[JsonSerializable(typeof(ExpirationExpired))]
[JsonSerializable(typeof(AccountCreated))]
[JsonSerializable(typeof(AccountUpdated))]
[JsonSerializable(typeof(AccountDeleted))]
internal sealed partial class ContractsJson : JsonSerializerContext;
