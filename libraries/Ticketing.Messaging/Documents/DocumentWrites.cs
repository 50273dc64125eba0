using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>Writes documents, and tells of it: their events to the outbox, the documents to whoever waits for them.</summary>
internal sealed class DocumentWrites<T>(
    DocumentType<T> type, IDocumentStore<T> store, Outbox<T> outbox, PublishedTopics topics, DocumentReads<T> reads, Watches<T> watches)
    where T : class
{
    /// <summary>Raised after each write by this process, on the writer's thread: keep it short.</summary>
    public event Action<Document<T>>? Written;

    /// <summary>What decisions make of a document.</summary>
    public DocumentChange<T> Change(string id, Document<T>? stored, DateTimeOffset now) => new(type, topics, id, stored, now);

    /// <summary>Writes changed documents and hands on the events of those that were written.</summary>
    /// <returns>For each, whether it was written; and when the producer has room for their events, which are stored in any case.</returns>
    public async ValueTask<(IReadOnlyList<bool> Written, Task HandedOver)> WriteManyAsync(
        IReadOnlyList<DocumentChange<T>> changes, CancellationToken cancellation)
    {
        var documents = new Document<T>[changes.Count];
        for (var i = 0; i < documents.Length; i++)
            documents[i] = changes[i].ToDocument();
        var written = await store.WriteManyAsync(documents, cancellation);
        Moments.Reached(Moments.DocumentsWritten);
        List<Task>? waiting = null;
        for (var i = 0; i < documents.Length; i++)
        {
            var document = documents[i];
            if (!written[i])
            {
                MessagingMetrics.Conflicts.Add(1, new KeyValuePair<string, object?>("ticketing.document", type.Name));
                reads.Forget(document.Id);
                continue;
            }
            changes[i].Stored();
            // Before anyone here can know the document: whoever writes it next takes its events for being on their way, and would overtake them. Not
            // cancellable: they are stored, so they are on their way whatever the caller does now.
            if (!document.Outbox.IsEmpty && outbox.PublishAsync(document.Id, document.Outbox) is { IsCompletedSuccessfully: false } publishing)
                (waiting ??= []).Add(publishing);
            reads.Written(document);
            Written?.Invoke(document);
            watches.Tell(type.View(document));
        }
        return (written, waiting is null ? Task.CompletedTask : Task.WhenAll(waiting));
    }
}
