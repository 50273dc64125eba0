using MongoDB.Bson;
using MongoDB.Driver;
using Ticketing.Testing.Documents;

namespace Ticketing.Documents.MongoDb.Tests;

/// <summary>What others who read the collections rely on.</summary>
public sealed class LayoutTests : IAsyncDisposable
{
    private readonly MongoDbServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_document_is_stored_with_its_keys_and_its_events_in_the_order_of_its_state()
    {
        var collection = await WriteAsync(new Note("t", 299, new(2025, 2, 13, 12, 0, 0, 1, TimeSpan.Zero), 7, "s"));
        var stored = await collection.Find(new BsonDocument("_id", "a")).SingleAsync(Cancellation);

        Assert.Equal(["Text", "Amount", "At", "Count", "Shelf"], stored["state"].AsBsonDocument.Names);
        Assert.Equal(new BsonDecimal128(299m), stored["state"]["Amount"]);
        Assert.Equal(1, stored["revision"].AsInt64);
        Assert.Equal("s", stored["keys"]["shelf"].AsString);
        Assert.Equal("2025-02-13T12:00:00.0010000Z", stored["keys"]["at"].AsString);
        Assert.Equal([1, 2, 3], stored["outbox"][0]["data"].AsByteArray);
    }

    [Fact]
    public async Task Every_index_holds_only_the_documents_that_concern_it()
    {
        var collection = await WriteAsync(new Note());
        using var indexes = await collection.Indexes.ListAsync(Cancellation);
        var found = (await indexes.ToListAsync(Cancellation)).ToDictionary(index => index["name"].AsString);
        Assert.Equal(["_id_", "at", "shelf", "unpublished events"], found.Keys.Order(StringComparer.Ordinal));
        Assert.All(found.Values.Where(index => index["name"] != "_id_"), index => Assert.True(index.Contains("partialFilterExpression")));
    }

    [Fact]
    public async Task Fields_that_others_added_are_ignored()
    {
        var (name, id) = (MongoDbServer.NewName(), new BsonDocument("_id", "a"));
        var collection = await WriteAsync(new Note("t"), name);
        var more = new BsonDocument("$set", new BsonDocument { { "more", 1 }, { "state.more", 1 } });
        await collection.UpdateOneAsync(id, more, null, Cancellation);
        var read = await _server.Open(MongoDbServer.ConnectionString, name).Store(Note.Type).LoadAsync("a", Cancellation);
        Assert.Equal(new Note("t"), read!.State);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<IMongoCollection<BsonDocument>> WriteAsync(Note note, string? name = null)
    {
        name ??= MongoDbServer.NewName();
        var e = new OutboxEvent(1, "e", "t", "a", "x", new byte[] { 1, 2, 3 }, DateTimeOffset.UnixEpoch);
        var store = _server.Open(MongoDbServer.ConnectionString, name).Store(Note.Type);
        Assert.Equal([true], await store.WriteManyAsync([new("a", 1, note, [e])], Cancellation));
        return new MongoClient(MongoDbServer.ConnectionString).GetDatabase(name).GetCollection<BsonDocument>(Note.Type.Name);
    }
}
