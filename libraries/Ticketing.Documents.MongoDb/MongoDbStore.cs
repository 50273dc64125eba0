using MongoDB.Bson;
using MongoDB.Driver;

namespace Ticketing.Documents.MongoDb;

/// <summary>Documents of one type in one collection.</summary>
internal sealed partial class MongoDbStore<T>(DocumentType<T> type, DocumentCollection collection) : IDocumentStore<T>
    where T : class
{
    private readonly DocumentMapping<T> _mapping = new(type);

    public async ValueTask<Document<T>?> LoadAsync(string id, CancellationToken cancellation = default) =>
        await FindAsync([id], null, cancellation) is [var found] ? _mapping.Read(found) : null;

    public async ValueTask<IReadOnlyDictionary<string, Document<T>>> LoadManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        (await FindAsync(ids, null, cancellation)).Select(_mapping.Read).ToDictionary(document => document.Id);

    public async ValueTask<DocumentView<T>?> ViewAsync(string id, CancellationToken cancellation = default) =>
        await FindAsync([id], Fields.Shown, cancellation) is [var found] ? _mapping.View(found) : null;

    public async ValueTask<IReadOnlyDictionary<string, DocumentView<T>>> ViewManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        (await FindAsync(ids, Fields.Shown, cancellation)).Select(_mapping.View).ToDictionary(view => view.Id);

    public async ValueTask RemovePublishedAsync(IReadOnlyList<PublishedUpTo> published, CancellationToken cancellation = default)
    {
        if (published.Count > 0)
            await collection.UpdateAsync(published.Select(Remove), cancellation);

        static UpdateOneModel<BsonDocument> Remove(PublishedUpTo upTo) => new(
            new BsonDocument(Fields.Id, upTo.Id),
            new BsonDocument("$pull", new BsonDocument(
                Fields.Outbox, new BsonDocument(Fields.Revision, new BsonDocument("$lte", upTo.Revision)))));
    }

    private async ValueTask<List<BsonDocument>> FindAsync(
        IReadOnlyCollection<string> ids, BsonDocument? projection, CancellationToken cancellation) => ids.Count == 0
            ? []
            : await collection.FindAsync(
                new(Fields.Id, new BsonDocument("$in", new BsonArray(ids))), projection, null, ids.Count, cancellation);
}
