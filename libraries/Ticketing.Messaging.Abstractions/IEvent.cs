using System.Text.Json.Serialization.Metadata;

namespace Ticketing.Messaging;

/// <summary>Something that happened, as it travels. Event types implement <see cref="IEvent{TSelf}"/>.</summary>
public interface IEvent
{
    /// <summary>The record's key: the id of the aggregate that this happened to, 1 to 200 characters. Events of one key stay in order.</summary>
    string Key { get; }

    /// <summary>What events of its type have in common.</summary>
    EventType Type { get; }
}

/// <summary>A type of event. It names itself.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IEvent<TSelf> : IEvent
    where TSelf : class, IEvent<TSelf>
{
    /// <summary>The name of the type on the wire, such as <c>order.created</c>: the JSON's <c>type</c>, and CloudEvents' <c>type</c>.</summary>
    static abstract string TypeName { get; }

    /// <summary>The topic that these events are published to, without a shop's prefix.</summary>
    static abstract string TopicName { get; }

    /// <summary>How the event is written as JSON, but for its <c>type</c>.</summary>
    static abstract JsonTypeInfo<TSelf> Json { get; }

    /// <inheritdoc/>
    EventType IEvent.Type => EventType.Of<TSelf>();
}
