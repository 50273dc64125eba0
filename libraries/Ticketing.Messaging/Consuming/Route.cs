using Confluent.Kafka;
using Ticketing.Contracts;

namespace Ticketing.Messaging.Consuming;

/// <summary>What a group does with one type of event.</summary>
internal abstract class Route(string eventType)
{
    public string EventType => eventType;

    /// <summary>Adds the event to the batch of its document type.</summary>
    /// <exception cref="FormatException">The event names no document.</exception>
    public abstract void Add(EventBatch batch, ConsumeResult<byte[]?, byte[]?> result, Event @event);
}

/// <summary>One type of event changes one type of document.</summary>
internal sealed class Route<T>(
    string eventType, Repository<T> repository, Func<Event, string?> documentId, Func<T?, Event, DateTimeOffset, Decision<T>> decide)
    : Route(eventType)
    where T : class
{
    public override void Add(EventBatch batch, ConsumeResult<byte[]?, byte[]?> result, Event @event)
    {
        var id = documentId(@event);
        if (string.IsNullOrEmpty(id))
            throw new FormatException($"'{EventType}' does not say which {repository.Type.Name} it concerns.");
        batch.Of(repository).Add(id, new(result, @event, this));
    }

    public Decision<T> Decide(T? state, Event @event, DateTimeOffset now) => decide(state, @event, now);
}
