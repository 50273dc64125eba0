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
            if (!change.IsChanged || (await WriteManyAsync([change.ToDocument()], cancellation))[0])
                return (change.State, decision.Refusal);
            MessagingMetrics.Conflicts.Add(1, new KeyValuePair<string, object?>("ticketing.document", Type.Name));
        }
    }

    /// <summary>Writes documents and hands on the events of those that were written; for each, whether it was.</summary>
    internal async ValueTask<IReadOnlyList<bool>> WriteManyAsync(IReadOnlyList<Document<T>> documents, CancellationToken cancellation)
    {
        var written = await Store.WriteManyAsync(documents, cancellation);
        for (var i = 0; i < documents.Count; i++)
        {
            if (!written[i])
                continue;
            Written?.Invoke(documents[i]);
            // Not cancellable: the events are stored, so they are on their way whatever the caller does now.
            if (!documents[i].Outbox.IsEmpty)
                await _outbox.PublishAsync(documents[i]);
        }
        return written;
    }
}
