using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging.Consuming;

/// <summary>The events of a batch that concern one document, in the order in which they came.</summary>
internal sealed partial class DocumentEvents<T>(string id)
    where T : class
{
    private readonly List<PendingEvent<T>> _events = [];
    private int _stored;
    private int _applied;
    private bool _oneByOne;

    public string Id => id;

    /// <summary>
    /// The event that its handler threw on or refused, at which the last <see cref="Apply"/> ended; or the one whose outcome the store rejects.
    /// </summary>
    public (PendingEvent<T> Event, Exception Error)? Failed { get; private set; }

    /// <summary>Whether there is no such document yet, most likely.</summary>
    public bool IsNew => _stored == 0 && _events[0].IsFirst;

    public bool IsDone => _stored == _events.Count;

    public void Add(PendingEvent<T> @event) => _events.Add(@event);

    /// <summary>Applies the events that are not stored yet, up to the first that its handler throws on or refuses.</summary>
    public void Apply(DocumentChange<T> change, GroupContext context)
    {
        Failed = null;
        var now = context.Time.GetUtcNow();
        var end = _oneByOne ? _stored + 1 : _events.Count;
        for (_applied = _stored; _applied < end; _applied++)
        {
            var @event = _events[_applied];
            try
            {
                var decision = @event.Decide(change.State, now);
                if (decision.Refusal is { } refusal)
                    throw new EventRefusedException(refusal.Detail);
                if (decision.Warning is { } warning)
                    LogWarning(context.Logger, context.Group, @event.Type, id, warning);
                change.Apply(decision, @event);
            }
            catch (Exception e)
            {
                Failed = (@event, e);
                return;
            }
        }
    }

    /// <summary>What was applied is written, or needed no write.</summary>
    /// <param name="now">The time.</param>
    /// <param name="duration">How long that took.</param>
    public void Stored(DateTimeOffset now, TimeSpan duration)
    {
        for (; _stored < _applied; _stored++)
            _events[_stored].Telemetry.Stored(_events[_stored], now, duration);
    }

    /// <summary>The store rejects what was applied, or the id itself. Of several events it is not known which, so they come one by one from now on.</summary>
    public void Reject(Exception error)
    {
        Failed = _applied > _stored + 1 ? null : (_events[_stored], error);
        // The next load may be rejected before anything is applied.
        (_oneByOne, _applied) = (true, _stored);
    }

    /// <summary>Leaves out the event that failed for good.</summary>
    public void SkipFailed() => (_stored, Failed) = (_stored + 1, null);

    [LoggerMessage(LogLevel.Warning, "{Group}: {Type} {Id}: {Warning}")]
    private static partial void LogWarning(ILogger logger, string group, string type, string id, string warning);
}
