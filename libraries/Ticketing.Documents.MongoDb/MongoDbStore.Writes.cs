using MongoDB.Bson;
using MongoDB.Driver;

namespace Ticketing.Documents.MongoDb;

// How a bulk tells of each document whether it was written. The answer to an update holds one number for all that matched, so the driver
// has no more than a total (BulkWriteBatchResult: matchedCount = n - upserts). What it does have for each update by its own index are the
// errors: an unordered bulk carries on after them, and maps their indexes back over every split (BulkWriteBatchResultCombiner). So each
// write is an upsert that fails unless it may be done:
//
//   * { _id, revision: expected } matches: it is updated. The server does that atomically, and looks again if the document changed.
//   * It does not match because the document is there with another revision, and the write is the first: the insert violates the
//     unique index of _id (DuplicateKey).
//   * It does not match, and the write is a later one: the insert never begins, as $setOnInsert asks for a field within _id, a string
//     (PathNotViable; were _id a document, ImmutableField). So a document that is stale here, or that somebody deleted, never comes back.
//
// A write took effect, therefore, if and only if its index has no error. All are updates, hence one command and one round trip; a mixture
// with inserts would be two. The server repeats an upsert that met a duplicate key only if it asks for the unique key alone.
internal sealed partial class MongoDbStore<T>
{
    private const int PathNotViable = 28;
    private const int ImmutableField = 66;

    private static readonly BsonDocument NeverInsert = new($"{Fields.Id}.stale", true);

    public async ValueTask<IReadOnlyList<bool>> WriteManyAsync(
        IReadOnlyList<Document<T>> documents, CancellationToken cancellation = default)
    {
        var written = new bool[documents.Count];
        if (written.Length == 0)
            return written;
        Array.Fill(written, true);
        try
        {
            await collection.UpdateAsync(documents.Select(Write), cancellation);
        }
        catch (MongoBulkWriteException e) when (e.WriteErrors.All(IsConflict))
        {
            foreach (var conflict in e.WriteErrors)
                written[conflict.Index] = false;
        }
        return written;
    }

    private UpdateOneModel<BsonDocument> Write(Document<T> next)
    {
        var update = new BsonDocument("$set", _mapping.Replacement(next));
        // Adds to the outbox as it then is: RemovePublished may come before or after, with the same result.
        if (OutboxMapping.Added(next) is { Count: > 0 } events)
            update.Add("$push", new BsonDocument(Fields.Outbox, new BsonDocument("$each", events)));
        if (next.Revision != 1)
            update.Add("$setOnInsert", NeverInsert);
        return new(new BsonDocument { { Fields.Id, next.Id }, { Fields.Revision, next.Revision - 1 } }, update) { IsUpsert = true };
    }

    private static bool IsConflict(BulkWriteError error) =>
        error.Category == ServerErrorCategory.DuplicateKey || error.Code is PathNotViable or ImmutableField;
}
