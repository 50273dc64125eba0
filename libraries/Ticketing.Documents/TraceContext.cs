namespace Ticketing.Documents;

/// <summary>A place in a trace (W3C Trace Context, level 1): what belongs to the trace later is a child of this span.</summary>
/// <param name="Parent"><c>traceparent</c>.</param>
/// <param name="State"><c>tracestate</c>, if any.</param>
public sealed record TraceContext(string Parent, string? State = null);
