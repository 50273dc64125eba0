using System.Collections.Concurrent;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;
using Ticketing.Testing.Documents;

namespace Ticketing.Documents.MongoDb.Tests;

/// <summary>A batch is one command, however large and mixed it is.</summary>
public sealed class RoundTripTests : IAsyncDisposable
{
    private const int Many = 1000;

    private readonly MongoDbServer _server = new();
    private readonly ConcurrentQueue<string> _commands = new();
    private BsonDocument _reply = [];

    [Fact]
    public async Task Every_call_is_one_command()
    {
        var (name, cancellation) = (MongoDbServer.NewName(), TestContext.Current.CancellationToken);
        _ = _server.Open(MongoDbServer.ConnectionString, name);
        using var client = new MongoClient(Monitored(name));
        using var database = new MongoDbDatabase(client, name);
        var store = database.Store(Note.Type);
        string[] ids = [.. Enumerable.Range(0, Many).Select(i => $"{i:D4}")];

        await store.WriteManyAsync([.. ids.Take(Many / 2).Select(id => Document(id, 1))], cancellation);
        Assert.Equal(["createIndexes", "update"], Commands());
        var written = await store.WriteManyAsync([.. ids.Select((id, i) => Document(id, 1 + (i % 2)))], cancellation);
        Assert.Equal(["update"], Commands());
        Assert.Equal(ids.Select((_, i) => (i < Many / 2) == (i % 2 == 1)), written);

        Assert.Equal(Many * 3 / 4, (await store.LoadManyAsync(ids, cancellation)).Count);
        Assert.Equal(["find"], Commands());
        Assert.Equal(500, (await store.QueryAsync(IndexQuery.Equal(Note.ByShelf, "s", 500), cancellation)).Count);
        Assert.Equal(["find"], Commands());
        Assert.Equal(500, (await store.FindUnpublishedAsync(500, null, cancellation)).Count);
        Assert.Equal(["find"], Commands());
        await store.RemovePublishedAsync([.. ids.Select(id => new PublishedUpTo(id, 2))], cancellation);
        Assert.Equal(["update"], Commands());
        Assert.Empty(await store.FindUnpublishedAsync(500, null, cancellation));
    }

    [Fact]
    public async Task What_is_only_shown_comes_without_parts_and_events_and_a_sweep_gets_nothing_else()
    {
        var (name, cancellation) = (MongoDbServer.NewName(), TestContext.Current.CancellationToken);
        _ = _server.Open(MongoDbServer.ConnectionString, name);
        using var client = new MongoClient(Monitored(name));
        using var database = new MongoDbDatabase(client, name);
        var store = database.Store(Roll.Type);
        await store.WriteManyAsync([new("a", 1, new("t", [new([1])]), Document("a", 1).Outbox)], cancellation);

        await store.LoadAsync("a", cancellation);
        Assert.Equal(["_id", "keys", "outbox", "parts", "revision", "state"], Fields());
        await store.ViewAsync("a", cancellation);
        Assert.Equal(["_id", "revision", "state"], Fields());
        await store.ViewManyAsync(["a"], cancellation);
        Assert.Equal(["_id", "revision", "state"], Fields());
        await store.QueryAsync(IndexQuery.Equal("title", "t", 1), cancellation);
        Assert.Equal(["_id", "revision", "state"], Fields());
        await store.FindUnpublishedAsync(1, null, cancellation);
        Assert.Equal(["_id", "outbox"], Fields());
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static Document<Note> Document(string id, long revision) => new(
        id, revision, new(Shelf: "s"), [new(revision, id, "t", id, "x", new byte[200], DateTimeOffset.UnixEpoch)]);

    private MongoClientSettings Monitored(string database)
    {
        var settings = MongoClientSettings.FromConnectionString(MongoDbServer.ConnectionString);
        Timeouts.Apply(settings);
        settings.ClusterConfigurator = cluster => cluster.Subscribe<CommandStartedEvent>(started =>
        {
            // What the driver says to the server on its own account goes to another database.
            if (started.DatabaseNamespace.DatabaseName == database)
                _commands.Enqueue(started.CommandName);
        }).Subscribe<CommandSucceededEvent>(succeeded =>
        {
            if (succeeded.CommandName == "find")
                _reply = succeeded.Reply.DeepClone().AsBsonDocument;
        });
        return settings;
    }

    private IEnumerable<string> Fields() => _reply["cursor"]["firstBatch"][0].AsBsonDocument.Names.Order(StringComparer.Ordinal);

    private List<string> Commands()
    {
        var seen = new List<string>();
        while (_commands.TryDequeue(out var command))
            seen.Add(command);
        return seen;
    }
}
