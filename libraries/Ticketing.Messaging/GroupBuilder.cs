using Microsoft.Extensions.DependencyInjection;
using Ticketing.Contracts;
using Ticketing.Messaging.Consuming;

namespace Ticketing.Messaging;

/// <summary>What a consumer group does with which event. Events of other types pass by.</summary>
public sealed class GroupBuilder
{
    private readonly Dictionary<string, Func<IServiceProvider, HandlerTelemetry, Route>> _routes = [];

    /// <summary>On an event of this type, one document changes.</summary>
    /// <typeparam name="TEvent">The event.</typeparam>
    /// <typeparam name="T">The document's state.</typeparam>
    /// <param name="documentId">Which document the event concerns.</param>
    /// <param name="decide">Pure: the document (null if there is none), the event and the time; what becomes of them.</param>
    /// <param name="isFirst">
    /// Whether there is no such document before this event, most likely: then one that this process does not know is loaded only if that is
    /// wrong, as it is when an event comes again.
    /// </param>
    /// <param name="isUrgent">
    /// Whether somebody waits for it. If not, it is handled together with the next one of its key that is urgent, or when
    /// <see cref="MessagingOptions.Linger"/> is over: what comes together costs less, and a document is written once for several events.
    /// Those of other keys may be handled before it.
    /// </param>
    /// <exception cref="ArgumentException">The group handles this type already: one event changes one document.</exception>
    public GroupBuilder On<TEvent, T>(
        Func<TEvent, string> documentId, Func<T?, TEvent, DateTimeOffset, Decision<T>> decide, bool isFirst = false, bool isUrgent = true)
        where TEvent : Event
        where T : class
    {
        var type = EventJson.TypeOf(typeof(TEvent));
        _routes.Add(type, (services, telemetry) => new Route<T>(
            type,
            telemetry,
            services.GetRequiredService<Repository<T>>(),
            @event => documentId((TEvent)@event),
            (state, @event, now) => decide(state, (TEvent)@event, now),
            isFirst,
            isUrgent));
        return this;
    }

    /// <summary>On an event of this type, one document changes, whatever the time is.</summary>
    public GroupBuilder On<TEvent, T>(
        Func<TEvent, string> documentId, Func<T?, TEvent, Decision<T>> decide, bool isFirst = false, bool isUrgent = true)
        where TEvent : Event
        where T : class => On<TEvent, T>(documentId, (state, @event, _) => decide(state, @event), isFirst, isUrgent);

    internal IReadOnlyDictionary<string, Route> Build(IServiceProvider services, string group, string topic) =>
        _routes.ToDictionary(route => route.Key, route => route.Value(services, new HandlerTelemetry(group, topic, route.Key)));
}
