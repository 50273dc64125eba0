using Confluent.Kafka;
using Ticketing.Contracts;

namespace Ticketing.Messaging.Consuming;

/// <summary>What a group does with one type of event.</summary>
internal abstract class Route(string eventType, HandlerTelemetry telemetry, bool isUrgent)
{
    public string EventType => eventType;

    public HandlerTelemetry Telemetry => telemetry;

    /// <summary>Whether it is handled at once.</summary>
    public bool IsUrgent => isUrgent;

    /// <summary>Adds the event to the batch of its document type.</summary>
    /// <returns>The event as it waits there.</returns>
    /// <exception cref="FormatException">The event names no document.</exception>
    public abstract PendingEvent Add(EventBatch batch, ConsumeResult<byte[]?, byte[]?> result, Event @event);
}

/// <summary>One type of event changes one type of document.</summary>
internal sealed class Route<T>(
    string eventType, HandlerTelemetry telemetry, Repository<T> repository, Func<Event, string?> documentId,
    Func<T?, Event, DateTimeOffset, Decision<T>> decide, bool isFirst, bool isUrgent)
    : Route(eventType, telemetry, isUrgent)
    where T : class
{
    public override PendingEvent Add(EventBatch batch, ConsumeResult<byte[]?, byte[]?> result, Event @event)
    {
        var id = documentId(@event);
        if (string.IsNullOrEmpty(id))
            throw new FormatException($"'{EventType}' does not say which {repository.Type.Name} it concerns.");
        var pending = new PendingEvent<T>(result, @event, this);
        batch.Of(repository).Add(id, pending);
        return pending;
    }

    /// <summary>Whether the event is the first of its document, most likely.</summary>
    public bool IsFirst => isFirst;

    public Decision<T> Decide(T? state, Event @event, DateTimeOffset now) => decide(state, @event, now);
}
