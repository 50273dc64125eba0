using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Ticketing.Documents;

namespace Ticketing.Messaging.Publishing;

/// <summary>An outbox event as a Kafka message.</summary>
internal static class EventMessage
{
    public static Message<byte[]?, byte[]?> Of(OutboxEvent @event, EventHeaders headers) => new()
    {
        Key = Encoding.UTF8.GetBytes(@event.Key),
        Value = MemoryMarshal.TryGetArray(@event.Data, out var array) && array.Array!.Length == array.Count
            ? array.Array
            : @event.Data.ToArray(),
        Headers = headers.Of(@event),
    };
}
