using System.Diagnostics;
using System.Collections.Concurrent;
using Ticketing.Documents;
using Ticketing.Messaging.Publishing;

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

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _writes = new();
    private readonly Outbox<T> _outbox;
    private readonly TimeProvider _time;

    internal Repository(DocumentType<T> type, IDocumentStore<T> store, Outbox<T> outbox, TimeProvider time)
    {
        (Type, Store, _outbox, _time) = (type, store, outbox, time);
    }

    /// <summary>What these documents are.</summary>
    public DocumentType<T> Type { get; }

    /// <summary>Where they are stored: for reading; writes go through this repository.</summary>
    public IDocumentStore<T> Store { get; }

    /// <summary>Raised after each write by this process, on the writer's thread: keep it short.</summary>
    public event Action<Document<T>>? Written;

    /// <summary>A document's state, or null.</summary>
    public async ValueTask<T?> LoadAsync(string id, CancellationToken cancellation = default) =>
        (await Store.LoadAsync(id, cancellation))?.State;

    /// <summary>
    /// Carries out a command on one document: loads it, decides, writes; after a conflict all of it again on the newer document.
    /// When this returns, the change and its events are stored; the events are then published even if this process dies.
    /// </summary>
    /// <returns>The state after the command, null if there is none; and why the command was refused, if it was.</returns>
    /// <exception cref="StoreUnavailableException">Nothing is known to be stored.</exception>
    public async ValueTask<(T? State, Refusal? Refusal)> ExecuteAsync(
        string id, Func<T?, Decision<T>> decide, CancellationToken cancellation = default)
    {
        while (true)
        {
            var change = new DocumentChange<T>(Type, id, await Store.LoadAsync(id, cancellation), _time.GetUtcNow());
            var decision = decide(change.State);
            change.Apply(decision);
            if (!change.IsChanged || (await WriteManyAsync([change], cancellation))[0])
                return (change.State, decision.Refusal);
        }
    }

    /// <summary>
    /// Decides on documents that were just loaded, and writes those that change, each for itself; one that changed meanwhile is left as it is.
    /// </summary>
    public async ValueTask UpdateManyAsync(
        IReadOnlyList<Document<T>> documents, Func<T, Decision<T>> decide, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        var changed = new List<DocumentChange<T>>(documents.Count);
        foreach (var document in documents)
        {
            var change = new DocumentChange<T>(Type, document.Id, document, now);
            change.Apply(decide(document.State));
            if (change.IsChanged)
                changed.Add(change);
        }
        if (changed.Count > 0)
            await WriteManyAsync(changed, cancellation);
    }

    /// <summary>
    /// Waits until a document satisfies a condition, or the time is up. A write by this process is seen at once, another instance's
    /// within <see cref="PollPeriod"/>.
    /// </summary>
    /// <returns>The state as it was last seen, null if there is no such document.</returns>
    public async ValueTask<T?> WaitAsync(string id, Func<T, bool> until, TimeSpan timeout, CancellationToken cancellation = default)
    {
        var started = _time.GetTimestamp();
        // Until this method returns: looking every few milliseconds is nothing that a trace should tell.
        Activity.Current = null;
        TaskCompletionSource? write = null;
        try
        {
            while (true)
            {
                // Taken before the document is read, so that no write between the two is missed.
                write = _writes.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
                var state = await LoadAsync(id, cancellation);
                var left = timeout - _time.GetElapsedTime(started);
                if (left <= TimeSpan.Zero || (state is not null && until(state)))
                    return state;
                await Task.WhenAny(write.Task, Task.Delay(left < PollPeriod ? left : PollPeriod, _time, cancellation));
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            // Also when the caller gave up: the entry of a document that is never written would stay for ever.
            if (write is not null)
                _writes.TryRemove(KeyValuePair.Create(id, write));
        }
    }

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

    /// <summary>Writes changed documents and hands on the events of those that were written; for each, whether it was.</summary>
    internal async ValueTask<IReadOnlyList<bool>> WriteManyAsync(IReadOnlyList<DocumentChange<T>> changes, CancellationToken cancellation)
    {
        var documents = new Document<T>[changes.Count];
        for (var i = 0; i < documents.Length; i++)
            documents[i] = changes[i].ToDocument();
        var written = await Store.WriteManyAsync(documents, cancellation);
        Moments.Reached(Moments.DocumentsWritten);
        for (var i = 0; i < documents.Length; i++)
        {
            if (!written[i])
            {
                MessagingMetrics.Conflicts.Add(1, new KeyValuePair<string, object?>("ticketing.document", Type.Name));
                continue;
            }
            changes[i].Stored();
            Written?.Invoke(documents[i]);
            if (_writes.ContainsKey(documents[i].Id) && _writes.TryRemove(documents[i].Id, out var waiting))
                waiting.SetResult();
            // Not cancellable: the events are stored, so they are on their way whatever the caller does now.
            if (!documents[i].Outbox.IsEmpty)
                await _outbox.PublishAsync(documents[i]);
        }
        return written;
    }
}
