using System.Collections.Frozen;
using System.Diagnostics;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>
/// A service's documents of one type: every write goes through here, so that its events reach the broker and whoever waits for the
/// document hears of it.
/// </summary>
public sealed class Repository<T>
    where T : class
{
    /// <summary>How soon <see cref="WaitAsync"/> sees what another instance wrote.</summary>
    public static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(50);

    private readonly Watches<T> _watches;
    private readonly Outbox<T> _outbox;
    private readonly PublishedTopics _topics;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stopping;

    private readonly RecentDocuments<T>? _recent;

    /// <param name="type">What these documents are.</param>
    /// <param name="store">Where they are.</param>
    /// <param name="isRemote">Whether reading them costs a round trip.</param>
    /// <param name="outbox">Publishes their events.</param>
    /// <param name="topics">Where these events may go.</param>
    /// <param name="time">The time.</param>
    /// <param name="stopping">Cancelled when the service begins to stop: nobody waits any longer then.</param>
    internal Repository(
        DocumentType<T> type, IDocumentStore<T> store, bool isRemote, Outbox<T> outbox, PublishedTopics topics, TimeProvider time, CancellationToken stopping)
    {
        _recent = isRemote ? new(time) : null;
        (Type, Store, _outbox, _topics, _time, _stopping) = (type, store, outbox, topics, time, stopping);
        _watches = new(store, PollPeriod, time);
        stopping.Register(_watches.WakeAll);
    }

    /// <summary>What these documents are.</summary>
    public DocumentType<T> Type { get; }

    /// <summary>Where they are stored: for reading; writes go through this repository.</summary>
    public IDocumentStore<T> Store { get; }

    /// <summary>Raised after each write by this process, on the writer's thread: keep it short.</summary>
    public event Action<Document<T>>? Written;

    /// <summary>A document's state to show, or null.</summary>
    public async ValueTask<T?> ViewAsync(string id, CancellationToken cancellation = default) =>
        (await LookAsync(id, cancellation))?.State;

    /// <summary>
    /// A document's state to show, as this process saw it in its store no longer ago than this; null if it did not, or reading costs nothing.
    /// For what is a moment old anyway, such as a replica.
    /// </summary>
    public T? FindRecent(string id, TimeSpan maxAge) => View(_recent?.Find(id, maxAge))?.State;

    /// <summary>
    /// Carries out a command on one document: loads it, decides, writes; after a conflict all of it again on the newer document.
    /// When this returns, the change and its events are stored; the events are then published even if this process dies.
    /// </summary>
    /// <param name="id">The document.</param>
    /// <param name="decide">Decides, on null if there is no such document.</param>
    /// <param name="cancellation">Gives up before the write.</param>
    /// <returns>The state after the command, null if there is none; and why the command was refused, if it was.</returns>
    /// <exception cref="StoreUnavailableException">Nothing is known to be stored.</exception>
    public async ValueTask<(T? State, Refusal? Refusal)> ExecuteAsync(
        string id, Func<T?, Decision<T>> decide, CancellationToken cancellation = default)
    {
        var recent = _recent?.Find(id);
        for (var isGuess = recent is not null; ; isGuess = false)
        {
            var change = Change(id, isGuess ? recent : await LoadDocumentAsync(id, cancellation), _time.GetUtcNow());
            Decision<T> decision;
            try
            {
                decision = decide(change.State);
                change.Apply(decision);
            }
            catch when (isGuess)
            {
                continue;
            }
            cancellation.ThrowIfCancellationRequested();
            // Not given up half-way: what is stored is told of at once, also when its caller is gone.
            if (change.IsChanged ? (await WriteManyAsync([change], CancellationToken.None)).Written[0] : !isGuess)
                return (change.State, decision.Refusal);
        }
    }

    /// <summary>
    /// Loads documents, decides on those that there are, and writes those that change, each for itself; one that changes meanwhile is left as
    /// it is.
    /// </summary>
    /// <returns>The ids of those that changed meanwhile.</returns>
    public async ValueTask<IReadOnlyList<string>> UpdateManyAsync(
        IReadOnlyCollection<string> ids, Func<T, Decision<T>> decide, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        var changed = new List<DocumentChange<T>>(ids.Count);
        foreach (var document in (await Store.LoadManyAsync(ids, cancellation)).Values)
        {
            var change = Change(document.Id, document, now);
            change.Apply(decide(document.State));
            if (change.IsChanged)
                changed.Add(change);
        }
        if (changed.Count == 0)
            return [];
        var (written, handedOver) = await WriteManyAsync(changed, cancellation);
        await handedOver;
        return [.. changed.Where((_, i) => !written[i]).Select(change => change.Id)];
    }

    /// <summary>
    /// Waits until a document satisfies a condition, the time is up, or the service begins to stop. A write by this process is seen at once,
    /// another instance's within <see cref="PollPeriod"/>. What satisfies the condition need not be the newest: a command that follows finds out.
    /// </summary>
    /// <param name="id">The document.</param>
    /// <param name="until">The condition, on null as long as there is no such document.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The state to show as it was last seen, null if there is no such document.</returns>
    /// <exception cref="StoreUnavailableException">It must be read and cannot be.</exception>
    public async ValueTask<T?> WaitAsync(
        string id, Func<T?, bool> until, TimeSpan timeout, CancellationToken cancellation = default) =>
        (await _watches.WaitAsync(id, () => View(_recent?.Find(id)), LookAsync, until, timeout, _stopping, cancellation))?.State;

    /// <summary>
    /// Starts a span for work on a document, such as a call to a gateway: in the document's trace, and linked with whoever asks for it now.
    /// </summary>
    /// <param name="name">What is done; one of few.</param>
    /// <param name="state">The document.</param>
    /// <param name="kind">The span's kind.</param>
    /// <returns>The span, current until it is disposed; null if nobody listens.</returns>
    public Activity? StartActivity(string name, T state, ActivityKind kind = ActivityKind.Internal)
    {
        if (!MessagingMetrics.Source.HasListeners())
            return null;
        var origin = Origin.OfCommand(Type.Trace?.Of(state));
        var links = origin.Linked == default ? null : new[] { new ActivityLink(origin.Linked) };
        return MessagingMetrics.Source.StartActivity(kind, origin.Context, tags: null, links, name: name);
    }

    /// <summary>
    /// The documents to decide on, by id. One of which this process knows a recent state is not loaded, unless that is wanted; see <see cref="RecentDocuments{T}"/> for what may follow from such a state.
    /// </summary>
    /// <param name="ids">Which.</param>
    /// <param name="loaded">Whether they must all be loaded.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The documents, and the ids of those that were not loaded.</returns>
    internal async ValueTask<(IReadOnlyDictionary<string, Document<T>> Documents, IReadOnlySet<string> Recent)> FindManyAsync(
        IReadOnlyCollection<string> ids, bool loaded, CancellationToken cancellation)
    {
        if (_recent is null || loaded)
            return (await LoadManyAsync(ids, cancellation), FrozenSet<string>.Empty);
        var documents = new Dictionary<string, Document<T>>(ids.Count);
        var unknown = new List<string>();
        foreach (var id in ids)
        {
            if (_recent.Find(id) is { } document)
                documents[id] = document;
            else
                unknown.Add(id);
        }
        var recent = documents.Keys.ToHashSet();
        if (unknown.Count > 0)
            foreach (var (id, document) in await LoadManyAsync(unknown, cancellation))
                documents[id] = document;
        return (documents, recent);
    }

    private async ValueTask<IReadOnlyDictionary<string, Document<T>>> LoadManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var documents = await Store.LoadManyAsync(ids, cancellation);
        foreach (var document in documents.Values)
            _recent?.Loaded(document);
        return documents;
    }

    // A command often follows, so what it would load is loaded, and remembered, unless there are parts, which nobody is shown.
    private async ValueTask<DocumentView<T>?> LookAsync(string id, CancellationToken cancellation) =>
        Type.Parts is null ? View(await LoadDocumentAsync(id, cancellation)) : await Store.ViewAsync(id, cancellation);

    private DocumentView<T>? View(Document<T>? document) => document is null ? null : Type.View(document);

    private async ValueTask<Document<T>?> LoadDocumentAsync(string id, CancellationToken cancellation)
    {
        var document = await Store.LoadAsync(id, cancellation);
        if (document is not null)
            _recent?.Loaded(document);
        return document;
    }

    /// <summary>What decisions make of a document.</summary>
    internal DocumentChange<T> Change(string id, Document<T>? stored, DateTimeOffset now) => new(Type, _topics, id, stored, now);

    /// <summary>Writes changed documents and hands on the events of those that were written.</summary>
    /// <returns>For each, whether it was written; and when the producer has room for their events, which are stored in any case.</returns>
    internal async ValueTask<(IReadOnlyList<bool> Written, Task HandedOver)> WriteManyAsync(
        IReadOnlyList<DocumentChange<T>> changes, CancellationToken cancellation)
    {
        var documents = new Document<T>[changes.Count];
        for (var i = 0; i < documents.Length; i++)
            documents[i] = changes[i].ToDocument();
        var written = await Store.WriteManyAsync(documents, cancellation);
        Moments.Reached(Moments.DocumentsWritten);
        List<Task>? waiting = null;
        for (var i = 0; i < documents.Length; i++)
        {
            var document = documents[i];
            if (!written[i])
            {
                MessagingMetrics.Conflicts.Add(1, new KeyValuePair<string, object?>("ticketing.document", Type.Name));
                _recent?.Forget(document.Id);
                continue;
            }
            changes[i].Stored();
            _recent?.Written(document);
            Written?.Invoke(document);
            _watches.Tell(Type.View(document));
            // Not cancellable: the events are stored, so they are on their way whatever the caller does now.
            if (!document.Outbox.IsEmpty && _outbox.PublishAsync(document.Id, document.Outbox) is { IsCompletedSuccessfully: false } publishing)
                (waiting ??= []).Add(publishing);
        }
        return (written, waiting is null ? Task.CompletedTask : Task.WhenAll(waiting));
    }
}
