using MongoDB.Bson;
using MongoDB.Driver;

namespace Ticketing.Documents.MongoDb;

/// <summary>A collection whose indexes are there before it is used.</summary>
internal sealed class DocumentCollection(IMongoCollection<BsonDocument> collection, IReadOnlyList<CreateIndexModel<BsonDocument>> indexes)
{
    private static readonly BulkWriteOptions Unordered = new() { IsOrdered = false };

    private volatile bool _indexed;

    /// <summary>Updates that do not depend on each other, in one round trip.</summary>
    public ValueTask<BulkWriteResult<BsonDocument>> UpdateAsync(
        IEnumerable<UpdateOneModel<BsonDocument>> updates, CancellationToken cancellation) =>
        CallAsync(documents => documents.BulkWriteAsync(updates, Unordered, cancellation), cancellation);

    /// <summary>At most so many documents, in one round trip, or those of their fields that the projection names.</summary>
    public ValueTask<List<BsonDocument>> FindAsync(
        BsonDocument filter, BsonDocument? projection, BsonDocument? sort, int limit, CancellationToken cancellation)
    {
        // Without a batch size the first answer ends at 101 documents; with one more than there can be, it also ends the cursor.
        var options = new FindOptions<BsonDocument>
        {
            Projection = projection,
            Sort = sort,
            Limit = limit,
            BatchSize = limit == int.MaxValue ? limit : limit + 1,
        };
        return CallAsync(
            async documents =>
            {
                using var cursor = await documents.FindAsync(filter, options, cancellation);
                return await cursor.ToListAsync(cancellation);
            },
            cancellation);
    }

    /// <summary>Returns when the indexes are there.</summary>
    public async Task ReadyAsync(CancellationToken cancellation)
    {
        // An index that is there is not created again, so it does not matter how many calls and instances are the first.
        if (!_indexed)
            await collection.Indexes.CreateManyAsync(indexes, cancellation);
        _indexed = true;
    }

    private ValueTask<TResult> CallAsync<TResult>(
        Func<IMongoCollection<BsonDocument>, Task<TResult>> call, CancellationToken cancellation) => Availability.CallAsync(async () =>
    {
        await ReadyAsync(cancellation);
        return await call(collection);
    });
}
