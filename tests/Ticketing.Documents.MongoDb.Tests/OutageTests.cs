using MongoDB.Driver;
using Ticketing.Testing;
using Ticketing.Testing.Documents;

namespace Ticketing.Documents.MongoDb.Tests;

public sealed class OutageTests : IAsyncDisposable
{
    private readonly MongoDbServer _server = new();

    [Fact]
    public async Task Every_call_says_that_the_store_is_unavailable_and_works_again_when_it_is_back()
    {
        var (url, cancellation) = (new MongoUrlBuilder(MongoDbServer.ConnectionString), TestContext.Current.CancellationToken);
        using var line = new Line(url.Server.Host, url.Server.Port);
        // Direct: the driver must not find another way round. A second is enough to notice.
        (url.Server, url.DirectConnection) = (new(line.Here.Address.ToString(), line.Here.Port), true);
        url.ServerSelectionTimeout = TimeSpan.FromSeconds(1);
        var database = _server.Open(url.ToString(), MongoDbServer.NewName());
        var store = database.Store(Note.Type);
        // A first connection may take longer than that on a busy machine.
        await Eventually.IsAsync(() => IsThereAsync(database, cancellation), () => "unavailable");
        Assert.Equal([true], await store.WriteManyAsync([new("a", 1, new Note("before"), [])], cancellation));

        line.Cut();
        Func<Task>[] calls =
        [
            async () => await database.PingAsync(cancellation),
            async () => await store.LoadAsync("a", cancellation),
            async () => await store.LoadManyAsync(["a"], cancellation),
            async () => await store.WriteManyAsync([new("a", 2, new Note("during"), [])], cancellation),
            async () => await store.RemovePublishedAsync([new("a", 1)], cancellation),
            async () => await store.QueryAsync(IndexQuery.Equal(Note.ByShelf, "s", 1), cancellation),
            async () => await store.FindUnpublishedAsync(1, null, cancellation),
        ];
        foreach (var call in calls)
            await Assert.ThrowsAsync<StoreUnavailableException>(call);

        line.Mend();
        await Eventually.IsAsync(() => IsThereAsync(database, cancellation), () => "unavailable");
        Assert.Equal("before", (await store.LoadAsync("a", cancellation))!.State.Text);
        Assert.Equal([true], await store.WriteManyAsync([new("a", 2, new Note("after"), [])], cancellation));
    }

    [Fact]
    public async Task What_MongoDB_can_never_hold_is_rejected_and_not_called_away()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var store = _server.Open(MongoDbServer.ConnectionString, MongoDbServer.NewName()).Store(Note.Type);
        var tooLarge = new Note(new string('x', 17 << 20));
        await Assert.ThrowsAsync<DocumentRejectedException>(async () => await store.WriteManyAsync([new("large", 1, tooLarge, [])], cancellation));
        Assert.Null(await store.LoadAsync("large", cancellation));
    }

    [Fact]
    public async Task A_server_that_was_never_there_is_unavailable_and_not_an_error_of_its_own()
    {
        using var database = new MongoDbDatabase("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300", "nowhere");
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await database.PingAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await database.Store(Note.Type).LoadAsync("a", TestContext.Current.CancellationToken));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async ValueTask<bool> IsThereAsync(MongoDbDatabase database, CancellationToken cancellation)
    {
        try
        {
            await database.PingAsync(cancellation);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
