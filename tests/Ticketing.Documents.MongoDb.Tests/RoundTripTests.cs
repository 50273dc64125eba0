using System.Collections.Concurrent;
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

    [Fact]
    public async Task Every_call_is_one_command()
    {
        var (name, cancellation) = (MongoDbServer.NewName(), TestContext.Current.CancellationToken);
        _ = _server.Open(MongoDbServer.ConnectionString, name);
        using var client = new MongoClient(Monitored());
        using var database = new MongoDbDatabase(client, name);
        var store = database.Store(Note.Type);
        string[] ids = [.. Enumerable.Range(0, Many).Select(i => $"{i:D4}")];
        OutboxEvent Event(string id, long revision) => new(revision, id, "t", id, "x", new byte[200], DateTimeOffset.UnixEpoch);

        await store.WriteManyAsync([.. ids.Take(Many / 2).Select(id => new Document<Note>(id, 1, new(Shelf: "s"), [Event(id, 1)]))], cancellation);
        Assert.Equal(["createIndexes", "update"], Commands());
        var written = await store.WriteManyAsync(
            [.. ids.Select((id, i) => new Document<Note>(id, 1 + (i % 2), new(Shelf: "s"), [Event(id, 1 + (i % 2))]))], cancellation);
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

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private MongoClientSettings Monitored()
    {
        var settings = MongoClientSettings.FromConnectionString(MongoDbServer.ConnectionString);
        Timeouts.Apply(settings);
        settings.ClusterConfigurator = cluster => cluster.Subscribe<CommandStartedEvent>(started => _commands.Enqueue(started.CommandName));
        return settings;
    }

    private List<string> Commands()
    {
        var seen = new List<string>();
        while (_commands.TryDequeue(out var command))
            if (command is not ("isMaster" or "hello" or "endSessions"))
                seen.Add(command);
        return seen;
    }
}
