using MongoDB.Bson;
using MongoDB.Driver;

namespace Ticketing.Documents.MongoDb;

/// <summary>Documents of one type in one collection.</summary>
internal sealed partial class MongoDbStore<T>(DocumentType<T> type, DocumentCollection collection) : IDocumentStore<T>
    where T : class
{
    private readonly DocumentMapping<T> _mapping = new(type);

    public async ValueTask<Document<T>?> LoadAsync(string id, CancellationToken cancellation = default) =>
        await collection.FindAsync(new(Fields.Id, id), null, 1, cancellation) is [var found] ? _mapping.Read(found) : null;

    public async ValueTask<IReadOnlyDictionary<string, Document<T>>> LoadManyAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation = default)
    {
        if (ids.Count == 0)
            return new Dictionary<string, Document<T>>();
        var found = await collection.FindAsync(new(Fields.Id, new BsonDocument("$in", new BsonArray(ids))), null, ids.Count, cancellation);
        return found.Select(_mapping.Read).ToDictionary(document => document.Id);
    }

    public async ValueTask RemovePublishedAsync(IReadOnlyList<PublishedUpTo> published, CancellationToken cancellation = default)
    {
        if (published.Count > 0)
            await collection.UpdateAsync(published.Select(Remove), cancellation);

        static UpdateOneModel<BsonDocument> Remove(PublishedUpTo upTo) => new(
            new BsonDocument(Fields.Id, upTo.Id),
            new BsonDocument("$pull", new BsonDocument(
                Fields.Outbox, new BsonDocument(Fields.Revision, new BsonDocument("$lte", upTo.Revision)))));
    }
}
