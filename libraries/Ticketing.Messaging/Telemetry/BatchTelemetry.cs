using System.Diagnostics;
using Ticketing.Messaging.Consuming;

namespace Ticketing.Messaging;

/// <summary>
/// The span of a batch (OpenTelemetry semantic conventions 1.44.0, "Kafka", receive span), a trace of its own from taking the batch until
/// all of it is stored, with links to its events' creation contexts. Reads and writes of documents are its children. A batch of one event
/// has none: there the reads and writes are the process span's children, so that they are in the order's trace.
/// </summary>
internal sealed class BatchTelemetry(string group, string topic)
{
    // What an SDK keeps of a span's links (OTEL_SPAN_LINK_COUNT_LIMIT); more of them would be made in vain.
    public const int MaxLinks = 128;

    private readonly string _name = $"receive {topic}";
    private readonly KeyValuePair<string, object?>[] _tags =
    [
        new("messaging.system", "kafka"),
        new("messaging.operation.name", "receive"),
        new("messaging.operation.type", "receive"),
        new("messaging.operation", "receive"),
        new("messaging.destination.name", topic),
        new("messaging.consumer.group.name", group),
    ];
    private readonly KeyValuePair<string, object?>[] _countTags =
    [
        new("messaging.system", "kafka"),
        new("messaging.operation.name", "receive"),
        new("messaging.destination.name", topic),
        new("messaging.consumer.group.name", group),
    ];
    private readonly KeyValuePair<string, object?> _group = new("messaging.consumer.group.name", group);

    /// <summary>Starts the spans of events that have none yet, and makes current what their documents are read and written in.</summary>
    /// <returns>The batch's span, if it has one.</returns>
    public Activity? Start(List<PendingEvent> events)
    {
        if (events.Count == 0 || !MessagingMetrics.Source.HasListeners())
            return null;
        var current = Activity.Current;
        foreach (var @event in events)
            @event.Activity ??= @event.Telemetry.Start(@event.Result);
        Activity.Current = events is [{ Activity: { IsStopped: false } single }] ? single : current;
        if (events.Count == 1)
            return null;
        var links = new List<ActivityLink>(Math.Min(events.Count, MaxLinks));
        for (var i = 0; i < events.Count && links.Count < MaxLinks; i++)
            if (events[i].Activity is { HasRemoteParent: true } process)
                links.Add(new(new(process.TraceId, process.ParentSpanId, process.ActivityTraceFlags, isRemote: true)));
        return MessagingMetrics.Source.StartActivity(ActivityKind.Client, default, _tags, links, name: _name)
            ?.AddTag("messaging.batch.message_count", events.Count);
    }

    /// <summary>The batch is stored.</summary>
    public void Done(int events, TimeSpan duration)
    {
        MessagingMetrics.BatchSize.Record(events, _group);
        MessagingMetrics.BatchDuration.Record(duration.TotalSeconds, _group);
    }

    /// <summary>A batch is taken.</summary>
    public void Taken(int events) => MessagingMetrics.Consumed.Add(events, _countTags);
}
