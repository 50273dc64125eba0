using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Confluent.Kafka;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Wolverine;
using Wolverine.Kafka;
using Wolverine.Runtime.Serialization;
using Wolverine.Util;

namespace Ticketing.Benchmarks.Contests.WithWolverine;

/// <summary>Records as the shop writes them: the event alone as the value, CloudEvents in the headers.</summary>
internal sealed class EventMapper : IKafkaEnvelopeMapper
{
    private static readonly string Received = typeof(ReceivedOrderEvent).ToMessageTypeName();

    public void MapIncomingToEnvelope(Envelope envelope, Message<string, byte[]> incoming)
    {
        // The inbox knows a record by this: the same event has the same.
        envelope.Id = new Guid(SHA256.HashData(incoming.Headers.GetLastBytes("ce_id")).AsSpan(..16));
        envelope.MessageType = Received;
        envelope.ContentType = OrderEvents.Type;
        envelope.Data = incoming.Value;
        envelope.GroupId = incoming.Key;
    }

    public void MapEnvelopeToOutgoing(Envelope envelope, Message<string, byte[]> outgoing)
    {
        outgoing.Key = envelope.GroupId!;
        outgoing.Value = envelope.Data!;
        outgoing.Headers = new()
        {
            { "ce_specversion", "1.0"u8.ToArray() },
            { "ce_id", Encoding.UTF8.GetBytes(envelope.Id.ToString()) },
            { "ce_source", "/bench"u8.ToArray() },
            { "ce_type", Encoding.UTF8.GetBytes(EventType.ReadName(envelope.Data)) },
            { "ce_time", Encoding.UTF8.GetBytes(envelope.SentAt.ToString("O", CultureInfo.InvariantCulture)) },
        };
    }
}

/// <summary>Events to JSON and back.</summary>
internal sealed class OrderEvents : IMessageSerializer
{
    public const string Type = "application/x-event";

    public string ContentType => Type;

    public byte[] Write(Envelope envelope) => WriteMessage(envelope.Message!);

    public byte[] WriteMessage(object message) => EventJson.Serialize((IEvent)message);

    public object ReadFromData(Type messageType, Envelope envelope) => ReadFromData(envelope.Data!);

    public object ReadFromData(byte[] data) => new ReceivedOrderEvent((OrderEvent)EventJson.Deserialize(data)!);
}
