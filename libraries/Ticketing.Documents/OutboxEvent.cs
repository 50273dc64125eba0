namespace Ticketing.Documents;

/// <summary>An event that waits in its document until the broker has acknowledged it.</summary>
/// <param name="Revision">The document's revision that the event was written with; events are published and removed by revision.</param>
/// <param name="Id">Unique at its source, and the same however often it is published (CloudEvents <c>id</c>).</param>
/// <param name="Topic">Where it is published.</param>
/// <param name="Key">The record's key; events of one key stay in order.</param>
/// <param name="Type">The event's type (CloudEvents <c>type</c>).</param>
/// <param name="Data">The event itself, as it goes over the wire; stores keep it byte for byte.</param>
/// <param name="Time">When it was decided (CloudEvents <c>time</c>).</param>
/// <param name="TraceParent">The span that decided it (W3C Trace Context), if any.</param>
/// <param name="TraceState">That span's <c>tracestate</c>, if any.</param>
public sealed record OutboxEvent(
    long Revision,
    string Id,
    string Topic,
    string Key,
    string Type,
    ReadOnlyMemory<byte> Data,
    DateTimeOffset Time,
    string? TraceParent = null,
    string? TraceState = null);
