using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>
/// Events that are handled together: each document that they concern is read once and written once, however many of them it takes.
/// One group handles one batch at a time.
/// </summary>
internal sealed class EventBatch(GroupContext context) : IBatch
{
    private readonly Dictionary<string, (Route Route, HandlerTelemetry Telemetry)> _routes = context.Routes.ToDictionary(
        route => route.Event.Name, route => (route, new HandlerTelemetry(context.Group, context.Topic, route.Event.Name)));

    private readonly Dictionary<Type, DocumentBatch> _documents = [];
    private readonly List<PendingEvent> _events = [];
    private readonly HandlerTelemetry _unknown = new(context.Group, context.Topic, "unreadable");
    private readonly List<(ConsumeResult<byte[]?, byte[]?> Result, Exception Error)> _unreadable = [];

    /// <summary>Finds out which documents an event concerns. Types without a route are other consumers' business.</summary>
    public void Add(ConsumeResult<byte[]?, byte[]?> result)
    {
        try
        {
            var value = result.Message.Value ?? throw new JsonException("An event must be a JSON object, not nothing.");
            if (!_routes.TryGetValue(EventType.ReadName(value), out var handler))
                return;
            var @event = handler.Route.Event.Deserialize(value);
            // Under another key it would lie in another partition, where it keeps no order with the other events of its aggregate.
            if (!IsKey(result.Message.Key, @event.Key))
                throw new FormatException($"The record's key must be '{@event.Key}', as its event says.");
            var pending = new PendingEvent(result, @event, handler.Telemetry);
            handler.Route.Add(this, pending);
            if (pending.Open > 0)
                _events.Add(pending);
        }
        // Not JSON, a field missing, no document named, another's key: no later try would read it better.
        catch (Exception e)
        {
            _unreadable.Add((result, e));
        }
    }

    public DocumentBatch<T> Of<T>()
        where T : class
    {
        if (!_documents.TryGetValue(typeof(T), out var documents))
            _documents[typeof(T)] = documents = new DocumentBatch<T>(context.Repository<T>(), context);
        return (DocumentBatch<T>)documents;
    }

    /// <summary>Returns when every event's effect is stored, or the event is in the dead-letter topic.</summary>
    public async Task ProcessAsync(CancellationToken cancellation)
    {
        BatchTelemetry.Start(_events);
        try
        {
            foreach (var documents in _documents.Values)
                await documents.ProcessAsync(cancellation);
            foreach (var (result, error) in _unreadable)
                await GiveUpAsync(result, error, cancellation);
        }
        finally
        {
            foreach (var (_, telemetry) in _routes.Values)
                telemetry.Count();
        }
    }

    /// <summary>Ready for the next batch.</summary>
    public void Clear()
    {
        foreach (var documents in _documents.Values)
            documents.Clear();
        _unreadable.Clear();
        // What was given up: another member of the group handles these once more, in spans of its own.
        foreach (var @event in _events)
            if (@event.Activity is { IsStopped: false } activity)
                activity.AddEvent(new("abandoned")).Stop();
        _events.Clear();
    }

    private static bool IsKey(byte[]? key, string id)
    {
        // An id has at most 200 characters, and a character at most three bytes.
        Span<byte> bytes = stackalloc byte[600];
        return Encoding.UTF8.TryGetBytes(id, bytes, out var length) && bytes[..length].SequenceEqual(key);
    }

    private async Task GiveUpAsync(ConsumeResult<byte[]?, byte[]?> result, Exception error, CancellationToken cancellation)
    {
        using var activity = HandlerTelemetry.IsTraced ? _unknown.Start(result) : null;
        activity?.SetTag("error.type", error.GetType().FullName).SetStatus(ActivityStatusCode.Error, error.Message);
        await context.DeadLetters.AddAsync(result, error, attempts: 1, cancellation);
    }
}
