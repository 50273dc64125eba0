using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>
/// What a service is made of, as a value: the topics that it publishes to, its documents, and what it does on which event. Everything else follows
/// from it: its consumer groups (one for each topic that it consumes), the topics to create, their dead-letter topics, the groups whose lag it
/// tells. The order of the calls does not matter.
/// </summary>
/// <param name="Name">Its name. Its groups are called <c>name-topic</c>, and its events say <c>/name</c> as their source (CloudEvents <c>source</c>).</param>
public sealed record Service(string Name)
{
    /// <summary>The topics that it publishes to, without a shop's prefix.</summary>
    public ImmutableArray<string> PublishedTopics { get; private init; } = [];

    /// <summary>Those of them that keep the newest event of each key only.</summary>
    public ImmutableArray<string> StateTopics { get; private init; } = [];

    /// <summary>The services that consume what it publishes.</summary>
    public ImmutableArray<string> Readers { get; private init; } = [];

    /// <summary>What it does on which event.</summary>
    public ImmutableArray<Route> Routes { get; private init; } = [];

    /// <summary>Its consumer groups, each with the topic that it consumes. One that appends has several.</summary>
    public IEnumerable<(string Group, string Topic)> Groups =>
    [
        .. Routes.Select(route => route.Event.Topic).Distinct().Select(topic => (KafkaNames.Group(Name, topic), topic)),
        .. Sinks.SelectMany(sink => sink.Topics.Select(topic => (sink.Group, topic.Name))),
    ];

    /// <summary>The groups whose lag it tells: its own, and those of its readers, since a consumer that is stopped cannot tell of itself.</summary>
    internal IEnumerable<(string Group, string Topic)> WatchedGroups => Groups.Union(
        from topic in PublishedTopics
        from reader in Readers
        select (KafkaNames.Group(reader, topic), topic));

    /// <summary>The topics that it reads and writes with clients of its own, and which of them are compacted.</summary>
    public ImmutableArray<UsedTopic> UsedTopics { get; private init; } = [];

    internal DerivedRecords? Derived { get; private init; }

    /// <summary>Every topic that it writes to, but for the dead letters'.</summary>
    public IEnumerable<string> WrittenTopics => Derived is null ? PublishedTopics : PublishedTopics.Append(Derived.Topic);

    internal ImmutableArray<DocumentsOfService> DocumentTypes { get; private init; } = [];

    internal ImmutableArray<DueWork> Due { get; private init; } = [];

    internal ImmutableArray<Broadcast> Broadcasts { get; private init; } = [];

    internal ImmutableArray<Sink> Sinks { get; private init; } = [];

    internal IEnumerable<AppendedTopic> AppendedTopics => Sinks.SelectMany(sink => sink.Topics);

    /// <summary>The topics that every instance reads.</summary>
    internal IEnumerable<string> BroadcastTopics => Broadcasts.Select(broadcast => broadcast.Event.Topic).Distinct();

    /// <summary>It publishes to these topics. They are created where the broker lacks them, as are those that it consumes and their dead letters'.</summary>
    public Service Publishes(params IReadOnlyList<string> topics) => this with { PublishedTopics = [.. PublishedTopics.Union(topics)] };

    /// <summary>
    /// It publishes to these topics, and each event on them tells the whole state. They are compacted (<see cref="CompactedTopics"/>): the newest event of
    /// each key is kept without end, and earlier ones are gone soon.
    /// </summary>
    public Service PublishesState(params IReadOnlyList<string> topics) => Publishes(topics) with { StateTopics = [.. StateTopics.Union(topics)] };

    /// <summary>
    /// With each event that it publishes, it publishes to this topic what is derived from the event. An event is published when the broker has acknowledged
    /// both, so none lacks its record. The record has the key, the id and the trace of its event; an event that is published twice has it twice.
    /// Nothing of it is stored, and what this topic loses is not told again.
    /// </summary>
    /// <param name="topic">The topic, without a shop's prefix. It is created where the broker lacks it.</param>
    /// <param name="type">CloudEvents <c>type</c> of these records.</param>
    /// <param name="derive">Pure: makes the record's value of an event as it goes over the wire; null if the event has none.</param>
    /// <exception cref="InvalidOperationException">It has such a topic already.</exception>
    public Service AlsoPublishes(string topic, string type, Func<OutboxEvent, byte[]?> derive) => Derived is null
        ? this with { Derived = new(topic, type, derive) }
        : throw new InvalidOperationException($"{Name} publishes to '{Derived.Topic}' what is derived from its events. Remove one .AlsoPublishes(…).");

    /// <summary>It reads and writes these topics with clients of its own. They are created where the broker lacks them, and nothing else is done with them here.</summary>
    public Service Uses(params IReadOnlyList<UsedTopic> topics) => this with { UsedTopics = [.. UsedTopics.Union(topics)] };

    /// <summary>These services consume what it publishes, so it tells the lag of their groups.</summary>
    public Service ReadBy(params IReadOnlyList<string> services) => this with { Readers = [.. Readers.Union(services)] };

    /// <summary>It keeps documents of this type; its code gets them as a <see cref="Repository{T}"/>.</summary>
    /// <param name="type">Their type.</param>
    /// <param name="tell">
    /// The events that tell of a document as it is, with its version: they are published again when a topic has lost records, or when an
    /// operator wants it. Null for documents that only follow others.
    /// </param>
    public Service Documents<T>(DocumentType<T> type, Func<T, IReadOnlyList<IEvent>>? tell = null)
        where T : class => this with { DocumentTypes = DocumentTypes.Add(new DocumentsOfService<T>(type, tell)) };

    /// <summary>On an event of this type, one document changes.</summary>
    /// <typeparam name="TEvent">The event.</typeparam>
    /// <typeparam name="T">The document's state.</typeparam>
    /// <param name="documentId">Which document the event concerns.</param>
    /// <param name="decide">Pure: the document (null if there is none), the event and the time; what becomes of them.</param>
    public Service On<TEvent, T>(
        Func<TEvent, string> documentId, Func<T?, TEvent, DateTimeOffset, Decision<T>> decide)
        where TEvent : class, IEvent<TEvent>
        where T : class => With(new Route<T>(
            EventType.Of<TEvent>(), @event => documentId((TEvent)@event), (_, state, @event, now) => decide(state, (TEvent)@event, now)));

    /// <summary>On an event of this type, one document changes, whatever the time is.</summary>
    public Service On<TEvent, T>(
        Func<TEvent, string> documentId, Func<T?, TEvent, Decision<T>> decide)
        where TEvent : class, IEvent<TEvent>
        where T : class => On<TEvent, T>(documentId, (state, @event, _) => decide(state, @event));

    /// <summary>On an event of this type, several documents change, each by itself. The event is handled when all of them are stored.</summary>
    /// <typeparam name="TEvent">The event.</typeparam>
    /// <typeparam name="T">The documents' state.</typeparam>
    /// <param name="documentIds">Which documents the event concerns, if any.</param>
    /// <param name="decide">Pure: a document's id, the document (null if there is none), the event and the time; what becomes of them.</param>
    public Service OnEach<TEvent, T>(
        Func<TEvent, IEnumerable<string>> documentIds, Func<string, T?, TEvent, DateTimeOffset, Decision<T>> decide)
        where TEvent : class, IEvent<TEvent>
        where T : class => With(new Route<T>(
            EventType.Of<TEvent>(), @event => documentIds((TEvent)@event), (id, state, @event, now) => decide(id, state, (TEvent)@event, now)));

    /// <summary>
    /// Every instance hears of every event of this type, and after a restart of those that the topic still has. For what an instance keeps in memory, such
    /// as which sessions have ended. It must not mind hearing of an event again.
    /// </summary>
    /// <typeparam name="TEvent">The event.</typeparam>
    /// <typeparam name="TListener">A registered singleton that takes it.</typeparam>
    /// <param name="take">Takes the event, with the time at which its producer sent it.</param>
    /// <param name="since">Events that were sent longer before the start than this need not be heard of. Null: all of them are.</param>
    public Service OnEveryInstance<TEvent, TListener>(Action<TListener, TEvent, DateTimeOffset> take, TimeSpan? since = null)
        where TEvent : class, IEvent<TEvent>
        where TListener : notnull => this with
        {
            Broadcasts = Broadcasts.Add(new(
            EventType.Of<TEvent>(), (services, @event, at) => take(services.GetRequiredService<TListener>(), (TEvent)@event, at), since)),
        };

    /// <summary>
    /// What comes on these topics is appended somewhere as it is, in batches, whether it is an event or not. Their offsets follow when all of a batch is
    /// stored. While that fails it is tried again; nothing is a dead letter. After a crash some records come again: topic, partition and offset tell which.
    /// </summary>
    /// <typeparam name="TSink">A registered service that takes them.</typeparam>
    /// <param name="name">The group is called <c>service-name</c>.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="appendAsync">Returns when these records, all of one topic and in the order of each partition, are stored. Batches of two topics may come at once.</param>
    public Service Appends<TSink>(string name, IReadOnlyList<AppendedTopic> topics, Func<TSink, IReadOnlyList<RawRecord>, CancellationToken, Task> appendAsync)
        where TSink : notnull => this with { Sinks = Sinks.Add(Sink.To(KafkaNames.Group(Name, name), topics, appendAsync)) };

    /// <summary>What is decided on documents when they fall due.</summary>
    /// <param name="index">The index whose key is the time (<see cref="IndexQuery.Key(DateTimeOffset)"/>); a document without a key is never due.</param>
    /// <param name="decide">Pure: a document and the time. What it decides must be due later, or not any more.</param>
    public Service WhenDue<T>(string index, Func<T, DateTimeOffset, Decision<T>> decide)
        where T : class => WhenDue<T, Repository<T>>(
            index, async (documents, due, cancellation) => await documents.UpdateManyAsync([.. due.Select(one => one.Id)], decide, cancellation));

    /// <summary>What is decided on documents when they fall due, whatever the time is.</summary>
    /// <inheritdoc cref="WhenDue{T}(string, Func{T, DateTimeOffset, Decision{T}})"/>
    public Service WhenDue<T>(string index, Func<T, Decision<T>> decide)
        where T : class => WhenDue<T>(index, (state, _) => decide(state));

    /// <summary>What is done with documents that fall due, such as calls to other systems.</summary>
    /// <typeparam name="T">The documents' state.</typeparam>
    /// <typeparam name="TWorker">A registered service that does it.</typeparam>
    /// <param name="index">The index whose key is the time (<see cref="IndexQuery.Key(DateTimeOffset)"/>); a document without a key is never due.</param>
    /// <param name="runAsync">
    /// Does the work of these documents, and writes each so that it is not due any more. What throws, or is still due, is tried again.
    /// </param>
    public Service WhenDue<T, TWorker>(string index, Func<TWorker, IReadOnlyList<DocumentView<T>>, CancellationToken, Task> runAsync)
        where T : class
        where TWorker : notnull => this with { Due = Due.Add(new DueWork<T, TWorker>(index, runAsync)) };

    /// <summary>Finds what does not fit together.</summary>
    /// <exception cref="InvalidOperationException">Something does not; the message says what to change.</exception>
    internal void Check()
    {
        if (Name.Length == 0)
            throw new InvalidOperationException("A service must have a name.");
        foreach (var twice in Repeated(DocumentTypes.Select(documents => documents.Name)))
            throw new InvalidOperationException($"{Name} names its '{twice}' documents twice. Remove one .Documents(…).");
        // Code asks for Repository<T>, and there is one of each.
        foreach (var twice in Repeated(DocumentTypes.Select(documents => documents.State.Name)))
            throw new InvalidOperationException($"{Name} keeps two types of documents with the state {twice}. Give each a state of its own.");
        foreach (var twice in Repeated(Due.Select(work => $"{work.State.Name} documents by '{work.Index}'")))
            throw new InvalidOperationException($"{Name} has two kinds of work due on its {twice}. Remove one .WhenDue(…).");
        foreach (var twice in Repeated(Routes.Select(route => route.Event.Name)))
            throw new InvalidOperationException($"{Name} routes '{twice}' twice. An event changes documents of one type: remove one .On<…>(…).");
        foreach (var twice in Repeated(Broadcasts.Select(broadcast => broadcast.Event.Name)))
            throw new InvalidOperationException($"{Name} takes '{twice}' on every instance twice. Remove one .OnEveryInstance<…>(…).");
        foreach (var twice in Repeated(Groups.Select(group => $"{group.Topic} in the group {group.Group}")))
            throw new InvalidOperationException($"{Name} reads {twice} twice. Remove one .Appends<…>(…).");
        foreach (var route in Routes)
            Require(route.State, $"It handles '{route.Event.Name}' on");
        foreach (var work in Due)
        {
            if (!Require(work.State, "It has work due on").Indexes.Contains(work.Index))
                throw new InvalidOperationException($"{Name} has work due by '{work.Index}', which is no index of its {work.State.Name} documents.");
        }
    }

    private DocumentsOfService Require(Type state, string use) =>
        DocumentTypes.FirstOrDefault(documents => documents.State == state) ?? throw new InvalidOperationException(
            $"{Name} does not keep {state.Name} documents. {use} them, so add .Documents(…) with their type.");

    private static IEnumerable<string> Repeated(IEnumerable<string> names) =>
        names.GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key);

    private Service With(Route route) => this with { Routes = Routes.Add(route) };
}

/// <summary>A topic that a service reads or writes with clients of its own.</summary>
/// <param name="Name">Its name, without a shop's prefix.</param>
/// <param name="IsCompacted">Whether it is created so that the newest record of each key is enough.</param>
public sealed record UsedTopic(string Name, bool IsCompacted = false);
