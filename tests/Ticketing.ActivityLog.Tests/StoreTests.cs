using MongoDB.Bson;
using MongoDB.Driver;
using Npgsql;
using Ticketing.Testing.Stores;

namespace Ticketing.ActivityLog.Tests;

public sealed class MemoryActivityStoreTests : ActivityStoreContract
{
    private readonly Dictionary<string, MemoryActivityStore> _stores = [];

    private protected override IActivityStore Open(string name, Retention retention, TimeProvider time) =>
        _stores.TryGetValue(name, out var store) ? store : _stores[name] = new MemoryActivityStore(retention, time);
}

/// <summary>One server for all tests, none where there is no PostgreSQL.</summary>
public sealed class Postgres : IAsyncLifetime
{
    private PostgresServer? _server;

    public string ConnectionString
    {
        get
        {
            Assert.SkipUnless(_server is not null, PostgresServer.Missing);
            return $"{_server!.ConnectionString};Connection Idle Lifetime=1;Connection Pruning Interval=1";
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (PostgresServer.IsAvailable)
            _server = await PostgresServer.StartAsync("fsync=off");
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

public sealed class PostgreSqlActivityStoreTests(Postgres postgres) : ActivityStoreContract, IClassFixture<Postgres>
{
    private protected override IActivityStore Open(string name, Retention retention, TimeProvider time) =>
        new PostgreSqlActivityStore(postgres.ConnectionString, name, retention, time);

    [Fact]
    public async Task A_large_day_is_cut_and_old_days_are_dropped()
    {
        var clock = new Clock(new(DateTime.UtcNow.Date.AddHours(12), TimeSpan.Zero));
        await using var store = new PostgreSqlActivityStore(postgres.ConnectionString, "cut", new(TimeSpan.FromDays(2), 1_000_000), clock);
        var cancellation = TestContext.Current.CancellationToken;
        await AppendAsync(200);
        await store.TrimAsync(cancellation);
        var day = $"{clock.Now:yyyyMMdd}";
        Assert.Equal([$"entries_{day}000000_{day}120500", $"entries_{day}120500_{clock.Now.AddDays(1):yyyyMMdd}000000", $"entries_{clock.Now.AddDays(1):yyyyMMdd}000000_{clock.Now.AddDays(2):yyyyMMdd}000000"], await PartitionsAsync());
        // Both parts take what belongs to them.
        await AppendAsync(200);
        clock.Now += TimeSpan.FromMinutes(10);
        await AppendAsync(1);
        Assert.Equal(401, (await store.FindAsync(ActivityFilter.All, 1000, null, cancellation)).Count);
        await store.TrimAsync(cancellation);
        Assert.Equal([$"entries_{day}120500_{clock.Now.AddDays(1):yyyyMMdd}000000", $"entries_{clock.Now.AddDays(1):yyyyMMdd}000000_{clock.Now.AddDays(2):yyyyMMdd}000000"], await PartitionsAsync());
        // What comes late finds a place again.
        await store.AppendAsync([new() { Id = "late", At = clock.Now.AddHours(-1), Kind = ActivityKind.Log }], cancellation);
        Assert.Equal(2, (await store.FindAsync(ActivityFilter.All, 1000, null, cancellation)).Count);

        Task AppendAsync(int count) => store.AppendAsync(
            [.. Enumerable.Range(0, count).Select(i => new ActivityEntry { Id = $"{Guid.NewGuid()}", At = clock.Now.AddSeconds(-i), Kind = ActivityKind.Log, Message = string.Join(' ', Enumerable.Range(0, 300).Select(_ => Guid.NewGuid())) })],
            cancellation);

        async Task<List<string>> PartitionsAsync()
        {
            await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
            await using var command = source.CreateCommand("select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'cut.entries'::regclass order by 1");
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var names = new List<string>();
            while (await reader.ReadAsync(cancellation))
                names.Add(reader.GetString(0));
            return names;
        }
    }
}

/// <summary>The server that <c>TICKETING_MONGODB</c> names, else a stand-in where there is one.</summary>
public sealed class Mongo : IAsyncLifetime
{
    private MongoServer? _server;

    public string ConnectionString
    {
        get
        {
            var given = Environment.GetEnvironmentVariable("TICKETING_MONGODB") is { Length: > 0 } named ? named : _server?.ConnectionString;
            Assert.SkipWhen(given is null, MongoServer.Missing);
            return given!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("TICKETING_MONGODB") is null or "" && MongoServer.IsAvailable)
            _server = await MongoServer.StartAsync();
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

public sealed class MongoDbActivityStoreTests(Mongo mongo) : ActivityStoreContract, IClassFixture<Mongo>, IAsyncDisposable
{
    private readonly HashSet<string> _names = [];

    private protected override IActivityStore Open(string name, Retention retention, TimeProvider time)
    {
        _names.Add($"ticketing_test_{name}");
        return new MongoDbActivityStore(mongo.ConnectionString, $"ticketing_test_{name}", retention, time);
    }

    [Fact]
    public async Task MongoDB_removes_what_is_too_old_by_itself()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var now = DateTimeOffset.UtcNow;
        await Open("ttl", new(TimeSpan.FromDays(2), 1_000_000), new Clock(now)).AppendAsync([new() { Id = "a", At = now.AddDays(-1), Kind = ActivityKind.Log }], cancellation);
        using var client = new MongoClient(mongo.ConnectionString);
        var entries = client.GetDatabase("ticketing_test_ttl").GetCollection<BsonDocument>("entries");
        var index = (await (await entries.Indexes.ListAsync(cancellation)).ToListAsync(cancellation)).Single(index => index["key"].AsBsonDocument.Contains("expires"));
        Assert.Equal(0, index["expireAfterSeconds"].ToInt32());
        Assert.Equal(now.AddDays(1).ToUnixTimeMilliseconds(), (await entries.Find(new BsonDocument()).SingleAsync(cancellation))["expires"].AsBsonDateTime.MillisecondsSinceEpoch);
    }

    public async ValueTask DisposeAsync()
    {
        if (_names.Count == 0)
            return;
        using var client = new MongoClient(mongo.ConnectionString);
        foreach (var name in _names)
            await client.DropDatabaseAsync(name);
    }
}
