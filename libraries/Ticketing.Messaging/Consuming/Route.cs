namespace Ticketing.Messaging;

/// <summary>What a service does on one type of event.</summary>
public abstract class Route
{
    private protected Route(EventType @event, Type state) => (Event, State) = (@event, state);

    /// <summary>The type of event.</summary>
    public EventType Event { get; }

    /// <summary>The state of the documents that it changes.</summary>
    public Type State { get; }

    /// <summary>Adds the event to the batch of the documents that it concerns.</summary>
    internal abstract void Add(EventBatch batch, PendingEvent @event);
}

/// <summary>One type of event changes documents of one type.</summary>
public sealed class Route<T> : Route
    where T : class
{
    // Mostly it is one document.
    private readonly Func<IEvent, string>? _id;
    private readonly Func<IEvent, IEnumerable<string>>? _ids;
    private readonly Func<string, T?, IEvent, DateTimeOffset, Decision<T>> _decide;

    internal Route(EventType @event, Func<IEvent, string> id, Func<string, T?, IEvent, DateTimeOffset, Decision<T>> decide)
        : base(@event, typeof(T)) => (_id, _decide) = (id, decide);

    internal Route(EventType @event, Func<IEvent, IEnumerable<string>> ids, Func<string, T?, IEvent, DateTimeOffset, Decision<T>> decide)
        : base(@event, typeof(T)) => (_ids, _decide) = (ids, decide);

    /// <summary>The documents that an event concerns, each once.</summary>
    /// <exception cref="FormatException">It names one without an id.</exception>
    public IReadOnlyCollection<string> Ids(IEvent @event) => _ids is null ? [Checked(_id!(@event))] : _ids(@event).Select(Checked).ToHashSet();

    /// <summary>What becomes of a document, null if there is none.</summary>
    public Decision<T> Decide(string id, T? state, IEvent @event, DateTimeOffset now) => _decide(id, state, @event, now);

    internal override void Add(EventBatch batch, PendingEvent @event)
    {
        var documents = batch.Of<T>();
        if (_id is not null)
        {
            documents.Add(Checked(_id(@event.Event)), @event, this);
            @event.Open = 1;
            return;
        }
        var ids = Ids(@event.Event);
        @event.Open = ids.Count;
        foreach (var id in ids)
            documents.Add(id, @event, this);
    }

    private string Checked(string? id) =>
        string.IsNullOrEmpty(id) ? throw new FormatException($"'{Event.Name}' does not say which {State.Name} it concerns.") : id;
}
