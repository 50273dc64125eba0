using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>
/// The spans and metrics of a group's handler of one type of event. A process span (OpenTelemetry semantic conventions 1.44.0, "Kafka",
/// process span) lasts from the begin of the event's batch until the event's effect is stored or the event is a dead letter, over all
/// tries. Its parent is the event's creation context, which the conventions would have it linked with: one order is one trace.
/// </summary>
internal sealed class HandlerTelemetry(string group, string topic, string type)
{
    private readonly string _name = $"process {type}";
    private readonly KeyValuePair<string, object?>[] _spanTags =
        [.. EventTelemetry.Tags("process", topic, type), new("messaging.consumer.group.name", group)];
    private readonly KeyValuePair<string, object?>[] _durationTags =
    [
        new("messaging.system", "kafka"),
        new("messaging.operation.name", "process"),
        new("messaging.destination.name", topic),
        new("messaging.consumer.group.name", group),
    ];
    private readonly KeyValuePair<string, object?>[] _tags = [new("messaging.consumer.group.name", group), new("ticketing.event.type", type)];
    private long _stored;

    /// <summary>Whether spans are wanted by anyone.</summary>
    public static bool IsTraced => MessagingMetrics.Source.HasListeners();

    /// <summary>Starts the span of a record. It becomes current, and the caller makes current again what was.</summary>
    public Activity? Start(ConsumeResult<byte[]?, byte[]?> result)
    {
        var (parent, _) = TraceParent.Read(result.Message.Headers);
        if (parent == default)
            Activity.Current = null;
        var activity = MessagingMetrics.Source.StartActivity(ActivityKind.Consumer, parent, _spanTags, name: _name);
        if (activity is { IsAllDataRequested: true })
        {
            activity.AddTag("messaging.destination.partition.id", result.Partition.Value.ToString(CultureInfo.InvariantCulture))
                .AddTag("messaging.kafka.offset", result.Offset.Value);
            if (result.Message.Key is { } key)
                activity.AddTag("messaging.kafka.message.key", Encoding.UTF8.GetString(key));
        }
        return activity;
    }

    /// <summary>The event's effect is stored.</summary>
    public void Stored(PendingEvent @event, DateTimeOffset now, TimeSpan duration)
    {
        _stored++;
        if (MessagingMetrics.ProcessDuration.Enabled)
            MessagingMetrics.ProcessDuration.Record(duration.TotalSeconds, _durationTags);
        if (MessagingMetrics.Age.Enabled)
            MessagingMetrics.Age.Record((now - TimeOf(@event.Result.Message)).TotalSeconds, _tags);
        @event.Activity?.Stop();
    }

    /// <summary>Counts what was stored since the last time: one count of many costs no more than one of one.</summary>
    public void Count()
    {
        if (_stored > 0)
            MessagingMetrics.Processed.Add(_stored, _tags);
        _stored = 0;
    }

    /// <summary>The event was not applied to one of its documents.</summary>
    public void Failed(PendingEvent @event, Exception error, int attempt)
    {
        MessagingMetrics.Retries.Add(1, _tags);
        @event.Activity?.AddException(error, [new("ticketing.attempt", attempt)]);
    }

    /// <summary>The event is a dead letter.</summary>
    public void Dead(PendingEvent @event, Exception error, TimeSpan duration)
    {
        var name = error.GetType().FullName;
        MessagingMetrics.ProcessDuration.Record(duration.TotalSeconds, [.. _durationTags, new("error.type", name)]);
        @event.Activity?.SetTag("error.type", name).SetStatus(ActivityStatusCode.Error, error.Message).Stop();
    }

    /// <summary>When an event was decided; when the broker got it, if it does not say.</summary>
    private static DateTimeOffset TimeOf(Message<byte[]?, byte[]?> message) =>
        message.Headers is { } headers && headers.TryGetLastBytes("ce_time", out var text)
        && Utf8Parser.TryParse(text, out DateTimeOffset time, out _, 'O')
            ? time
            : message.Timestamp.UtcDateTime;
}
