using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Ticketing.Documents;

namespace Ticketing.Messaging.Publishing;

/// <summary>
/// The headers of an event: CloudEvents 1.0 in binary mode (Kafka Protocol Binding, section 3.2: <c>ce_</c> before each attribute)
/// and W3C Trace Context.
/// </summary>
internal sealed class EventHeaders(string source)
{
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";

    private static readonly byte[] SpecVersion = "1.0"u8.ToArray();

    private readonly byte[] _source = Encoding.UTF8.GetBytes(source);
    private readonly ConcurrentDictionary<string, byte[]> _types = new();

    public Headers Of(OutboxEvent @event)
    {
        var headers = new Headers
        {
            { "ce_specversion", SpecVersion },
            { "ce_id", Encoding.UTF8.GetBytes(@event.Id) },
            { "ce_source", _source },
            { "ce_type", _types.GetOrAdd(@event.Type, Encoding.UTF8.GetBytes) },
            { "ce_time", Utf8(@event.Time) },
        };
        if (@event.TraceParent is { } parent)
            headers.Add(TraceParent, Encoding.ASCII.GetBytes(parent));
        if (@event.TraceState is { Length: > 0 } state)
            headers.Add(TraceState, Encoding.ASCII.GetBytes(state));
        return headers;
    }

    private static byte[] Utf8(DateTimeOffset time)
    {
        Span<byte> buffer = stackalloc byte[33];
        time.UtcDateTime.TryFormat(buffer, out var length, "O", CultureInfo.InvariantCulture);
        return buffer[..length].ToArray();
    }
}
