using MongoDB.Bson;
using MongoDB.Driver;
using Ticketing.Testing.Documents;

namespace Ticketing.Documents.MongoDb.Tests;

/// <summary>Others use the same collection at the same time.</summary>
public sealed class InstanceTests : IAsyncDisposable
{
    private readonly MongoDbServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_many_instances_that_are_the_first_one_creates_a_document()
    {
        const int Instances = 8;
        var name = MongoDbServer.NewName();
        var stores = Enumerable.Range(0, Instances).Select(_ => Open(name)).ToArray();
        var written = await Task.WhenAll(stores.Select((store, i) => Task.Run(
            async () => await store.WriteManyAsync([new("a", 1, new($"{i}"), []), new($"own-{i}", 1, new(), [])], Cancellation),
            Cancellation)));

        var winner = Array.FindIndex(written, results => results[0]);
        Assert.Equal(1, written.Count(results => results[0]));
        Assert.All(written, results => Assert.True(results[1]));
        Assert.Equal($"{winner}", (await stores[0].LoadAsync("a", Cancellation))!.State.Text);
    }

    [Fact]
    public async Task A_document_that_somebody_deleted_does_not_come_back()
    {
        var name = MongoDbServer.NewName();
        var store = Open(name);
        Assert.Equal([true, true], await store.WriteManyAsync([new("a", 1, new(), []), new("b", 1, new(), [])], Cancellation));
        using var client = new MongoClient(MongoDbServer.ConnectionString);
        var collection = client.GetDatabase(name).GetCollection<BsonDocument>(Note.Type.Name);
        await collection.DeleteOneAsync(new BsonDocument("_id", "a"), Cancellation);

        Assert.Equal([false, true], await store.WriteManyAsync([new("a", 2, new(), []), new("b", 2, new(), [])], Cancellation));
        await store.RemovePublishedAsync([new("a", 1)], Cancellation);
        Assert.Equal(["b"], (await store.LoadManyAsync(["a", "b"], Cancellation)).Keys);
        Assert.Equal(1, await collection.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty, null, Cancellation));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private IDocumentStore<Note> Open(string database) => _server.Open(MongoDbServer.ConnectionString, database).Store(Note.Type);
}
