using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>
/// Outbox events as Kafka messages. Their headers are CloudEvents 1.0 in binary mode (Kafka Protocol Binding, section 3.2: <c>ce_</c> before each
/// attribute) and W3C Trace Context.
/// </summary>
/// <param name="source">CloudEvents <c>source</c>.</param>
/// <param name="derived">What is published with each event, if anything is.</param>
internal sealed class EventMessages(string source, DerivedRecords? derived = null)
{
    /// <summary>A CloudEvents extension: which store the publisher's documents are in. Two shops have two, whatever else they have in common.</summary>
    public const string StoreId = "ce_storeid";

    private static readonly byte[] SpecVersion = "1.0"u8.ToArray();

    private readonly byte[] _source = Encoding.UTF8.GetBytes(source);
    private readonly ConcurrentDictionary<string, byte[]> _types = new();
    private readonly ConcurrentDictionary<string, byte[]> _storeIds = new();

    /// <summary>From now on, events of this topic say where their documents are.</summary>
    public void IdentifyStore(string topic, string id) => _storeIds[topic] = Encoding.ASCII.GetBytes(id);

    public Message<byte[]?, byte[]?> Of(OutboxEvent @event) => new()
    {
        Key = Encoding.UTF8.GetBytes(@event.Key),
        Value = MemoryMarshal.TryGetArray(@event.Data, out var array) && array.Array!.Length == array.Count ? array.Array : @event.Data.ToArray(),
        Headers = HeadersOf(@event, @event.Type, _storeIds.GetValueOrDefault(@event.Topic)),
    };

    /// <summary>
    /// What is published with an event, and where, but for a shop's prefix; null if nothing is. It has the event's id. It does not say where the documents
    /// are, since several services may publish to its topic.
    /// </summary>
    public (string Topic, Message<byte[]?, byte[]?> Message)? DerivedFrom(OutboxEvent @event) => derived?.Derive(@event) is not { } value ? null : (derived.Topic, new()
    {
        Key = Encoding.UTF8.GetBytes(@event.Key),
        Value = value,
        Headers = HeadersOf(@event, derived.Type, storeId: null),
    });

    private Headers HeadersOf(OutboxEvent @event, string type, byte[]? storeId)
    {
        var headers = new Headers
        {
            { "ce_specversion", SpecVersion },
            { "ce_id", Encoding.UTF8.GetBytes(@event.Id) },
            { "ce_source", _source },
            { "ce_type", _types.GetOrAdd(type, Encoding.UTF8.GetBytes) },
            { "ce_time", Utf8(@event.Time) },
        };
        if (storeId is not null)
            headers.Add(StoreId, storeId);
        if (@event.TraceParent is { } parent)
            headers.Add(TraceParent.Header, Encoding.ASCII.GetBytes(parent));
        if (@event.TraceState is { Length: > 0 } state)
            headers.Add(TraceParent.StateHeader, Encoding.ASCII.GetBytes(state));
        return headers;
    }

    private static byte[] Utf8(DateTimeOffset time)
    {
        Span<byte> buffer = stackalloc byte[33];
        time.UtcDateTime.TryFormat(buffer, out var length, "O", CultureInfo.InvariantCulture);
        return buffer[..length].ToArray();
    }
}
