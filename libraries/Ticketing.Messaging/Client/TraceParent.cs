using System.Diagnostics;
using System.Text;
using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>W3C Trace Context (level 1) as text and in headers.</summary>
internal static class TraceParent
{
    public const string Header = "traceparent";
    public const string StateHeader = "tracestate";

    /// <summary>What a record's headers say; nothing if they say nothing valid, as the recommendation asks.</summary>
    public static (ActivityContext Context, string? Text) Read(Headers? headers)
    {
        if (headers is null || Text(headers, Header) is not { } parent)
            return default;
        var context = Parse(parent, Text(headers, StateHeader));
        return context == default ? default : (context, parent);
    }

    public static ActivityContext Parse(string? parent, string? state) =>
        ActivityContext.TryParse(parent, state, isRemote: true, out var context) ? context : default;

    /// <summary><c>traceparent</c>, version 00.</summary>
    public static string Format(ActivityContext context) =>
        $"00-{context.TraceId.ToHexString()}-{context.SpanId.ToHexString()}-{((context.TraceFlags & ActivityTraceFlags.Recorded) == 0 ? "00" : "01")}";

    /// <summary>A trace that nobody records begins here.</summary>
    public static ActivityContext New() =>
        new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None);

    private static string? Text(Headers headers, string name) =>
        headers.TryGetLastBytes(name, out var bytes) && bytes is not null ? Encoding.ASCII.GetString(bytes) : null;
}
