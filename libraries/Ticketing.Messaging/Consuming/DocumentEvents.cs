using System.Diagnostics;

namespace Ticketing.Messaging.Consuming;

/// <summary>The events of a batch that concern one document, in the order in which they came.</summary>
internal sealed class DocumentEvents<T>(string id)
    where T : class
{
    private readonly List<PendingEvent<T>> _events = [];
    private int _stored;
    private int _applied;

    public string Id => id;

    /// <summary>The event that its handler threw on, at which the last <see cref="Apply"/> ended.</summary>
    public (PendingEvent<T> Event, Exception Error)? Failed { get; private set; }

    public bool IsDone => _stored == _events.Count;

    public void Add(PendingEvent<T> @event) => _events.Add(@event);

    /// <summary>Applies the events that are not stored yet, up to the first that its handler throws on.</summary>
    public void Apply(DocumentChange<T> change, GroupContext context)
    {
        Failed = null;
        var now = context.Time.GetUtcNow();
        for (_applied = _stored; _applied < _events.Count; _applied++)
        {
            var @event = _events[_applied];
            using var activity = ProcessActivity.Start(@event.Result, @event.Type, context);
            try
            {
                change.Apply(@event.Decide(change.State, now), @event.Result.Message.Headers);
            }
            catch (Exception e)
            {
                activity?.SetStatus(ActivityStatusCode.Error, e.Message);
                Failed = (@event, e);
                return;
            }
        }
    }

    /// <summary>What was applied is written, or needed no write.</summary>
    /// <returns>How many events that were.</returns>
    public int Stored()
    {
        var count = _applied - _stored;
        _stored = _applied;
        return count;
    }

    /// <summary>Leaves out the event that failed for good.</summary>
    public void SkipFailed() => (_stored, Failed) = (_stored + 1, null);
}
