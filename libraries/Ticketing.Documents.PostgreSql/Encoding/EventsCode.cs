using System.Collections.Immutable;
using System.Text.Json;

namespace Ticketing.Documents.PostgreSql.Encoding;

/// <summary>
/// The events of one revision as bytes: a line of JSON with all that is known of each event, then their data, one behind the other and
/// byte for byte. Neither <c>json</c> nor <c>text</c> could hold data that is no UTF-8, and <c>jsonb</c> would write it anew.
/// </summary>
internal static class EventsCode
{
    /// <returns>Null if the outbox has none of the revision.</returns>
    public static byte[]? Encode(ImmutableArray<OutboxEvent> outbox, long revision)
    {
        var events = outbox.Where(e => e.Revision == revision).ToArray();
        if (events.Length == 0)
            return null;
        var headers = JsonSerializer.SerializeToUtf8Bytes(Array.ConvertAll(events, EventHeader.Of), TextJson.Default.EventHeaderArray);
        var stored = new byte[headers.Length + 1 + events.Sum(e => e.Data.Length)];
        headers.CopyTo(stored, 0);
        stored[headers.Length] = (byte)'\n';
        var end = headers.Length + 1;
        foreach (var e in events)
        {
            e.Data.Span.CopyTo(stored.AsSpan(end));
            end += e.Data.Length;
        }
        return stored;
    }

    /// <param name="stored">What was encoded, one entry per revision in ascending order.</param>
    public static ImmutableArray<OutboxEvent> Decode(byte[][] stored)
    {
        if (stored.Length == 0)
            return [];
        var outbox = ImmutableArray.CreateBuilder<OutboxEvent>(stored.Length);
        foreach (var bytes in stored)
        {
            // The first one ends the headers: JSON escapes those in texts.
            var line = Array.IndexOf(bytes, (byte)'\n');
            var end = line + 1;
            foreach (var header in JsonSerializer.Deserialize(bytes.AsSpan(0, line), TextJson.Default.EventHeaderArray)!)
            {
                outbox.Add(header.With(bytes.AsMemory(end, header.Size)));
                end += header.Size;
            }
        }
        return outbox.ToImmutable();
    }
}

/// <summary>An <see cref="OutboxEvent"/> with the size of its data in its place.</summary>
internal sealed record EventHeader(
    long Revision, string Id, string Topic, string Key, string Type, int Size, DateTimeOffset Time, string? TraceParent, string? TraceState)
{
    public static EventHeader Of(OutboxEvent e) =>
        new(e.Revision, e.Id, e.Topic, e.Key, e.Type, e.Data.Length, e.Time, e.TraceParent, e.TraceState);

    public OutboxEvent With(ReadOnlyMemory<byte> data) => new(Revision, Id, Topic, Key, Type, data, Time, TraceParent, TraceState);
}
