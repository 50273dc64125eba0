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
    /// <summary>How soon <see cref="WaitAsync"/> sees what another instance wrote, while few documents are waited for.</summary>
    public static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(50);

    // In one look: 2,000 in a second.
    private const int Looked = 100;

    private readonly Watches<T> _watches;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stopping;

    /// <param name="type">What these documents are.</param>
    /// <param name="store">Where they are.</param>
    /// <param name="isInProcess">Whether reading them costs nothing.</param>
    /// <param name="outbox">Publishes their events.</param>
    /// <param name="topics">Where these events may go.</param>
    /// <param name="time">The time.</param>
    /// <param name="stopping">Cancelled when the service begins to stop: nobody waits any longer then.</param>
    internal Repository(
        DocumentType<T> type, IDocumentStore<T> store, bool isInProcess, Outbox<T> outbox, PublishedTopics topics, TimeProvider time, CancellationToken stopping)
    {
        (Type, Store, _time, _stopping) = (type, store, time, stopping);
        (Reads, _watches) = (new(type, store, isInProcess, time), new(store, PollPeriod, Looked, time));
        Writes = new(type, store, outbox, topics, Reads, _watches);
        stopping.Register(_watches.WakeAll);
    }

    /// <summary>What these documents are.</summary>
    public DocumentType<T> Type { get; }

    /// <summary>Where they are stored: for reading; writes go through this repository.</summary>
    public IDocumentStore<T> Store { get; }

    /// <summary>Reads them, unless this process knows them.</summary>
    internal DocumentReads<T> Reads { get; }

    /// <summary>Writes them, and tells of it.</summary>
    internal DocumentWrites<T> Writes { get; }

    /// <summary>A document's state to show, or null.</summary>
    public async ValueTask<T?> ViewAsync(string id, CancellationToken cancellation = default) =>
        (await Reads.ViewAsync(id, cancellation))?.State;

    /// <summary>
    /// A document's state to show, as this process saw it in its store no longer ago than this; null if it did not, or reading costs nothing.
    /// For what is a moment old anyway, such as a replica.
    /// </summary>
    public T? FindRecent(string id, TimeSpan maxAge) => Reads.FindView(id, maxAge)?.State;

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
        var recent = Reads.Find(id);
        for (var isGuess = recent is not null; ; isGuess = false)
        {
            var change = Writes.Change(id, isGuess ? recent : await Reads.LoadAsync(id, cancellation), _time.GetUtcNow());
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
            if (change.IsChanged ? (await Writes.WriteManyAsync([change], CancellationToken.None)).Written[0] : !isGuess)
                return (change.State, decision.Refusal);
        }
    }

    /// <summary>
    /// Stores a document if there is none with its id. It is not loaded before, so this takes one round trip where <see cref="ExecuteAsync"/> takes two.
    /// </summary>
    /// <param name="id">The document.</param>
    /// <param name="decision">Its first state, and the events that tell of it.</param>
    /// <returns>Whether it is new. If not, the one that there is stays as it is.</returns>
    /// <exception cref="StoreUnavailableException">Nothing is known to be stored.</exception>
    public async ValueTask<bool> AddAsync(string id, Decision<T> decision)
    {
        if (Reads.Find(id) is not null)
            return false;
        var change = Writes.Change(id, null, _time.GetUtcNow());
        change.Apply(decision);
        return change.IsChanged && (await Writes.WriteManyAsync([change], CancellationToken.None)).Written[0];
    }

    /// <summary>
    /// Decides on those documents that there are, and writes those that change, each for itself; one that changes meanwhile is left as it is.
    /// </summary>
    /// <returns>The ids of those that changed meanwhile.</returns>
    public async ValueTask<IReadOnlyList<string>> UpdateManyAsync(
        IReadOnlyCollection<string> ids, Func<T, DateTimeOffset, Decision<T>> decide, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        var changed = new List<DocumentChange<T>>(ids.Count);
        var (documents, known) = await Reads.FindManyAsync(ids, cancellation);
        var unchanged = Decide(documents.Values).Where(known.Contains).ToList();
        if (unchanged.Count > 0)
            Decide((await Reads.LoadManyAsync(unchanged, cancellation)).Values);
        if (changed.Count == 0)
            return [];
        var (written, handedOver) = await Writes.WriteManyAsync(changed, cancellation);
        await handedOver;
        return [.. changed.Where((_, i) => !written[i]).Select(change => change.Id)];

        List<string> Decide(IEnumerable<Document<T>> all)
        {
            var same = new List<string>();
            foreach (var document in all)
            {
                var change = Writes.Change(document.Id, document, now);
                change.Apply(decide(document.State, now));
                if (change.IsChanged)
                    changed.Add(change);
                else
                    same.Add(document.Id);
            }
            return same;
        }
    }

    /// <summary>
    /// Waits until a document satisfies a condition, the time is up, or the service begins to stop. A write by this process is seen at once,
    /// another instance's within <see cref="PollPeriod"/> while no more than 100 documents are waited for: no more than 2,000 are read in a second, so it is
    /// half a second with 1,000. What satisfies the condition need not be the newest: a command that follows finds out.
    /// </summary>
    /// <param name="id">The document.</param>
    /// <param name="until">The condition, on null as long as there is no such document.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The state to show as it was last seen, null if there is no such document.</returns>
    /// <exception cref="StoreUnavailableException">It must be read and cannot be.</exception>
    public async ValueTask<T?> WaitAsync(
        string id, Func<T?, bool> until, TimeSpan timeout, CancellationToken cancellation = default) =>
        (await _watches.WaitAsync(id, () => Reads.FindView(id, TimeSpan.MaxValue), Reads.ViewAsync, until, timeout, _stopping, cancellation))?.State;

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
}
