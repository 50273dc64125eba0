using System.Collections.Concurrent;
using System.Diagnostics;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>
/// The spans of an event's publisher. Attributes and kinds: OpenTelemetry semantic conventions 1.44.0, "Kafka", create span and send span
/// (client). Their names end with the event's type, as those of the conventions for CloudEvents do, since a trace in which every row is
/// called <c>create orders</c> tells nothing at a glance.
/// </summary>
internal sealed class EventTelemetry
{
    private static readonly ConcurrentDictionary<string, EventTelemetry> Types = new();

    private readonly string _create;
    private readonly string _send;
    private readonly KeyValuePair<string, object?>[] _createTags;
    private readonly KeyValuePair<string, object?>[] _sendTags;

    private EventTelemetry(string type, string topic)
    {
        (_create, _send) = ($"create {type}", $"send {type}");
        (_createTags, _sendTags) = (Tags("create", topic, type), Tags("send", topic, type));
        CountTags = [new("ticketing.event.type", type)];
    }

    /// <summary>What counts of this type are tagged with.</summary>
    public KeyValuePair<string, object?>[] CountTags { get; }

    /// <summary>An event's type says its topic.</summary>
    public static EventTelemetry Of(string type, string topic) =>
        Types.TryGetValue(type, out var known) ? known : Types.GetOrAdd(type, new EventTelemetry(type, topic));

    /// <summary>
    /// The event's creation context, from its decision until it is stored. <see cref="Activity.Current"/> stays as it is: the span ends
    /// when the document is written, and never, so that nobody sees it, when the write meets a conflict and all is decided again.
    /// </summary>
    public Activity? StartCreate(string id, string key, Origin origin)
    {
        var current = Activity.Current;
        var links = origin.Linked == default ? null : new[] { new ActivityLink(origin.Linked) };
        var activity = MessagingMetrics.Source.StartActivity(ActivityKind.Producer, origin.Context, _createTags, links, name: _create);
        if (activity is null)
            return null;
        Activity.Current = current;
        if (activity.IsAllDataRequested)
            activity.AddTag("messaging.message.id", id).AddTag("messaging.kafka.message.key", key);
        return activity;
    }

    /// <summary>
    /// From handing the event to the producer until the broker's answer; one for each try. Its parent is the creation context, which the
    /// conventions would have it linked with: so the order's trace shows when its events reached the broker.
    /// </summary>
    public Activity? StartSend(OutboxEvent @event)
    {
        // Its create span was left out by a sampler, or there was none. Most are, where a part of all traces is recorded.
        if (@event.TraceParent?.EndsWith("-00", StringComparison.Ordinal) != false)
            return null;
        var current = Activity.Current;
        var activity = MessagingMetrics.Source.StartActivity(
            ActivityKind.Client, TraceParent.Parse(@event.TraceParent, @event.TraceState), _sendTags, name: _send);
        if (activity is not null)
            Activity.Current = current;
        return activity;
    }

    public static KeyValuePair<string, object?>[] Tags(string operation, string topic, string type) =>
    [
        new("messaging.system", "kafka"),
        new("messaging.operation.name", operation),
        new("messaging.operation.type", operation),
        // Conventions 1.25 and before; the Aspire dashboard calls a row after it and not by the span's name.
        new("messaging.operation", $"{operation} {type}"),
        new("messaging.destination.name", topic),
        new("cloudevents.event_type", type),
    ];
}
