using MongoDB.Bson;

namespace Ticketing.Documents.MongoDb;

internal sealed partial class MongoDbStore<T>
{
    private static readonly BsonDocument ById = new(Fields.Id, 1);
    private static readonly BsonDocument OnlyId = new(Fields.Id, 1);
    private static readonly BsonDocument OnlyOutbox = new(Fields.Outbox, 1);

    public async ValueTask<IReadOnlyList<DocumentView<T>>> QueryAsync(IndexQuery query, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        if (!type.Indexes.Any(index => index.Name == query.Index))
            throw new ArgumentException($"'{type.Name}' has no index '{query.Index}'.", nameof(query));
        var key = Fields.Key(query.Index);
        var found = await collection.FindAsync(
            Filter(query, key), Fields.Shown, new() { { key, query.Descending ? -1 : 1 }, { Fields.Id, query.Descending ? -1 : 1 } }, query.Limit, cancellation);
        return found.ConvertAll(_mapping.View);
    }

    public async ValueTask<IReadOnlyList<string>> ListIdsAsync(int limit, string? after = null, CancellationToken cancellation = default)
    {
        var found = await collection.FindAsync(Behind(after, []), OnlyId, ById, limit, cancellation);
        return found.ConvertAll(document => document[Fields.Id].AsString);
    }

    public async ValueTask<IReadOnlyList<DocumentOutbox>> FindUnpublishedAsync(
        int limit, string? after = null, CancellationToken cancellation = default)
    {
        var found = await collection.FindAsync(Behind(after, new(Fields.IsUnpublished)), OnlyOutbox, ById, limit, cancellation);
        return found.ConvertAll(document => new DocumentOutbox(document[Fields.Id].AsString, OutboxMapping.Read(document)));
    }

    private static BsonDocument Behind(string? id, BsonDocument filter) => id is null ? filter : filter.Add(Fields.Id, new BsonDocument("$gt", id));

    // Each branch is one stretch of the index (key, _id), whose order is the result's: a page costs what it returns, wherever it begins.
    private static BsonDocument Filter(IndexQuery query, string key)
    {
        if (query.After is not { } after)
            return new(key, Range("$gte", query.From, query.To));
        var sameKey = new BsonDocument { { key, after.Key }, { Fields.Id, new BsonDocument(query.Descending ? "$lt" : "$gt", after.Id) } };
        return after.Key == (query.Descending ? query.From : query.To)
            ? sameKey
            : new("$or", new BsonArray
            {
                sameKey,
                new BsonDocument(key, query.Descending ? new() { { "$gte", query.From }, { "$lt", after.Key } } : Range("$gt", after.Key, query.To)),
            });
    }

    private static BsonDocument Range(string lower, string from, string? to)
    {
        var range = new BsonDocument(lower, from);
        if (to is not null)
            range.Add("$lte", to);
        return range;
    }
}
