using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Ticketing.Contracts;

namespace Ticketing.Messaging.Consuming;

/// <summary>
/// Events that are handled together: each document that they concern is read once and written once, however many of them it takes.
/// One group handles one batch at a time.
/// </summary>
internal sealed class EventBatch(GroupContext context, IReadOnlyDictionary<string, Route> routes)
{
    private readonly List<DocumentBatch> _documents = [];
    private readonly List<PendingEvent> _events = [];
    private readonly HandlerTelemetry _unknown = new(context.Group, context.Topic, "unreadable");
    private readonly List<(ConsumeResult<byte[]?, byte[]?> Result, Exception Error)> _unreadable = [];

    /// <summary>Whether a record is to be handled at once, as is what cannot be read.</summary>
    public bool IsUrgent(ConsumeResult<byte[]?, byte[]?> result)
    {
        try
        {
            return result.Message.Value is not { } value || (routes.TryGetValue(EventJson.ReadType(value), out var route) && route.IsUrgent);
        }
        catch (JsonException)
        {
            return true;
        }
    }

    /// <summary>Finds out which document an event concerns. Types without a handler are other consumers' business.</summary>
    public void Add(ConsumeResult<byte[]?, byte[]?> result)
    {
        try
        {
            var value = result.Message.Value ?? throw new JsonException("An event is a JSON object, not nothing.");
            if (routes.TryGetValue(EventJson.ReadType(value), out var route) && EventJson.Deserialize(value, route.EventType) is { } @event)
            {
                // Under another key it would lie in another partition, where it keeps no order with the other events of its aggregate.
                if (!IsKey(result.Message.Key, @event.Key))
                    throw new FormatException($"The record's key must be '{@event.Key}', as its event says.");
                _events.Add(route.Add(this, result, @event));
            }
        }
        // Not JSON, a field missing, no document named, another's key: no later try would read it better.
        catch (Exception e)
        {
            _unreadable.Add((result, e));
        }
    }

    public DocumentBatch<T> Of<T>(Repository<T> repository)
        where T : class
    {
        foreach (var batch in _documents)
            if (batch is DocumentBatch<T> found)
                return found;
        var created = new DocumentBatch<T>(repository, context);
        _documents.Add(created);
        return created;
    }

    /// <summary>Returns when every event's effect is stored, or the event is in the dead-letter topic.</summary>
    public async Task ProcessAsync(CancellationToken cancellation)
    {
        BatchTelemetry.Start(_events);
        try
        {
            foreach (var batch in _documents)
                await batch.ProcessAsync(cancellation);
            foreach (var (result, error) in _unreadable)
                await GiveUpAsync(result, error, cancellation);
        }
        finally
        {
            foreach (var route in routes.Values)
                route.Telemetry.Count();
        }
    }

    /// <summary>Ready for the next batch.</summary>
    public void Clear()
    {
        _documents.Clear();
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
        activity?.SetTag("error.type", error.GetType().FullName).SetStatus(System.Diagnostics.ActivityStatusCode.Error, error.Message);
        await context.DeadLetters.AddAsync(result, error, attempts: 1, cancellation);
    }
}
