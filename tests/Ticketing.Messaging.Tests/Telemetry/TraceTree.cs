using System.Diagnostics;
using System.Text;
using Ticketing.Documents;

namespace Ticketing.Messaging.Tests.Telemetry;

/// <summary>A trace as text: a line per span, its children below it, in ordinal order, equal ones in the order in which they began.</summary>
internal static class TraceTree
{
    /// <summary>The trace without the reads and writes of documents, which a batch of several events does not have.</summary>
    public static string Of(IEnumerable<Activity> spans, ActivityTraceId trace, ActivitySpanId root = default)
    {
        var children = spans.Where(span => span.TraceId == trace && span.Source.Name != DocumentTelemetry.Name).ToLookup(span => span.ParentSpanId);
        var text = new StringBuilder();
        Add(root, 0);
        return text.ToString();

        void Add(ActivitySpanId parent, int depth)
        {
            foreach (var (line, span) in children[parent].Select(span => (Line(span), span))
                .OrderBy(pair => pair.Item1, StringComparer.Ordinal).ThenBy(pair => pair.span.StartTimeUtc))
            {
                text.Append(' ', 2 * depth).Append(line).Append('\n');
                Add(span.SpanId, depth + 1);
            }
        }
    }

    private static string Line(Activity span) =>
        span.GetTagItem("messaging.consumer.group.name") is string group ? $"{span.DisplayName} ({group})" : span.DisplayName;
}
