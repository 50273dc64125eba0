using System.Collections.Immutable;
using System.Diagnostics;
using Confluent.Kafka;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging.Publishing;

namespace Ticketing.Messaging;

/// <summary>Collects what decisions make of one document, so that one write stores all of it.</summary>
internal sealed class DocumentChange<T>(DocumentType<T> type, string id, Document<T>? stored, DateTimeOffset now)
    where T : class
{
    private readonly long _revision = (stored?.Revision ?? 0) + 1;
    private ImmutableArray<OutboxEvent>.Builder? _events;

    public string Id => id;

    public T? State { get; private set; } = stored?.State;

    public bool IsChanged { get; private set; }

    /// <summary>Takes a decision as a whole, or throws and takes nothing of it.</summary>
    /// <summary>Takes over a decision.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="cause">The headers of the event that it answers: its trace goes on where no span of ours is recorded.</param>
    public void Apply(Decision<T> decision, Headers? cause = null)
    {
        var (state, events) = (State, _events?.Count ?? 0);
        try
        {
            State = decision.State ?? State;
            foreach (var @event in decision.Events ?? [])
                Add(@event, cause);
        }
        catch
        {
            State = state;
            if (_events is not null)
                _events.Count = events;
            throw;
        }
        IsChanged |= !ReferenceEquals(state, State) || (_events?.Count ?? 0) != events;
    }

    /// <summary>The document to write.</summary>
    public Document<T> ToDocument() => new(id, _revision, State!, Outbox());

    private ImmutableArray<OutboxEvent> Outbox() => (stored?.Outbox ?? [], _events) switch
    {
        ({ IsEmpty: true }, { } added) => added.DrainToImmutable(),
        (var old, { } added) => old.AddRange(added),
        (var old, null) => old,
    };

    private void Add(Event @event, Headers? cause)
    {
        if (State is null)
            throw new InvalidOperationException($"'{EventJson.TypeOf(@event)}' was decided on a {type.Name} that does not exist.");
        _events ??= ImmutableArray.CreateBuilder<OutboxEvent>();
        var (parent, state) = Activity.Current is { } activity ? (activity.Id, activity.TraceStateString) : EventHeaders.Trace(cause);
        _events.Add(new OutboxEvent(
            _revision, $"{type.Name}/{id}/{_revision}.{_events.Count}", @event.Topic, @event.Key, EventJson.TypeOf(@event),
            EventJson.Serialize(@event), now, parent, state));
    }
}
