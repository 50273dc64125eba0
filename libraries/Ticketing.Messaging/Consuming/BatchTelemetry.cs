using System.Diagnostics;

namespace Ticketing.Messaging;

/// <summary>
/// The metrics of a batch. It has no span: each of its events has one, in its order's trace.
/// </summary>
internal sealed class BatchTelemetry(string group, string topic)
{
    private readonly KeyValuePair<string, object?>[] _countTags =
    [
        new("messaging.system", "kafka"),
        new("messaging.operation.name", "receive"),
        new("messaging.destination.name", topic),
        new("messaging.consumer.group.name", group),
    ];
    private readonly KeyValuePair<string, object?> _group = new("messaging.consumer.group.name", group);

    /// <summary>
    /// Starts the spans of events that have none yet. A single event's is made current, so that its documents are read and written in it;
    /// what several events are read and written in at once has no span, since it belongs to no one trace.
    /// </summary>
    public static void Start(List<PendingEvent> events)
    {
        if (events.Count == 0 || !MessagingMetrics.Source.HasListeners())
            return;
        var current = Activity.Current;
        foreach (var @event in events)
            @event.Activity ??= @event.Telemetry.Start(@event.Result);
        Activity.Current = events is [{ Activity: { IsStopped: false } single }] ? single : current;
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
