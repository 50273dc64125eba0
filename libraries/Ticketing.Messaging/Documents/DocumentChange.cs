using System.Collections.Immutable;
using System.Diagnostics;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>Collects what decisions make of one document, so that one write stores all of it.</summary>
internal sealed class DocumentChange<T>(DocumentType<T> type, PublishedTopics topics, string id, Document<T>? stored, DateTimeOffset now)
    where T : class
{
    private readonly long _revision = (stored?.Revision ?? 0) + 1;
    private ImmutableArray<OutboxEvent>.Builder? _events;
    private List<Activity>? _created;

    public string Id => id;

    public T? State { get; private set; } = stored?.State;

    public bool IsChanged { get; private set; }

    /// <summary>Takes a decision as a whole, or throws and takes nothing of it.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="cause">The event that it answers; null for a command.</param>
    public void Apply(Decision<T> decision, Cause? cause = null)
    {
        var tells = decision.Events is { Count: > 0 };
        if (decision.State is null && !tells)
            return;
        var (state, events, spans) = (State, _events?.Count ?? 0, _created?.Count ?? 0);
        try
        {
            var trace = state is null ? null : type.Trace?.Of(state);
            var remembers = type.Trace is { } traced && decision.State is { } decided && traced.Of(decided) is null;
            // Only where it is needed: most of what a replica takes over tells nobody anything.
            var origin = !tells && (trace is not null || !remembers) ? default
                : cause is { } @event ? Origin.OfEvent(@event, trace)
                : Origin.OfCommand(trace);
            State = remembers ? type.Trace!.With(decision.State!, trace ?? origin.ToTrace()) : decision.State ?? state;
            foreach (var told in decision.Events ?? [])
                Add(told, origin);
        }
        catch
        {
            State = state;
            if (_events is not null)
                _events.Count = events;
            _created?.RemoveRange(spans, _created.Count - spans);
            throw;
        }
        IsChanged |= !ReferenceEquals(state, State) || (_events?.Count ?? 0) != events;
    }

    /// <summary>The document is written, and so are its events.</summary>
    public void Stored()
    {
        if (_created is null)
            return;
        var current = Activity.Current;
        foreach (var activity in _created)
            activity.Stop();
        if (Activity.Current != current)
            Activity.Current = current;
    }

    /// <summary>The document to write.</summary>
    public Document<T> ToDocument() => new(id, _revision, State!, Outbox()) { Previous = type.Parts is null ? null : stored?.State };

    private ImmutableArray<OutboxEvent> Outbox() => (stored?.Outbox ?? [], _events) switch
    {
        ({ IsEmpty: true }, { } added) => added.DrainToImmutable(),
        (var old, { } added) => old.AddRange(added),
        (var old, null) => old,
    };

    private void Add(IEvent @event, Origin origin)
    {
        if (State is null)
            throw new InvalidOperationException($"'{@event.Type.Name}' was decided on a {type.Name} that does not exist.");
        _events ??= ImmutableArray.CreateBuilder<OutboxEvent>();
        // By the key, as everybody may see it. Only the service itself needs the document's id, which may be made of something personal.
        var (eventType, eventId) = (@event.Type, $"{type.Name}/{@event.Key}/{_revision}.{_events.Count}");
        var topic = topics.NameOf(eventType);
        var activity = origin.IsTraced && MessagingMetrics.Source.HasListeners()
            ? EventTelemetry.Of(eventType.Name, topic).StartCreate(eventId, @event.Key, origin)
            : null;
        if (activity is not null)
            (_created ??= []).Add(activity);
        _events.Add(new OutboxEvent(
            _revision, eventId, eventType.Topic, @event.Key, eventType.Name, eventType.Serialize(@event), now,
            activity?.Id ?? origin.TraceParent, activity?.TraceStateString ?? origin.Context.TraceState));
    }
}
