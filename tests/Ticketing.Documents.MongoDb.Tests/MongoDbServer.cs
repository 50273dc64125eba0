using MongoDB.Driver;
using Ticketing.Testing.Stores;

[assembly: AssemblyFixture(typeof(Ticketing.Documents.MongoDb.Tests.StandIn))]

namespace Ticketing.Documents.MongoDb.Tests;

/// <summary>The server that tests are given, and the databases they made there.</summary>
public sealed class MongoDbServer : IAsyncDisposable
{
    private readonly List<(MongoDbDatabase Database, string Name)> _opened = [];

    /// <summary>The server that <c>TICKETING_MONGODB</c> names, else the stand-in.</summary>
    public static string ConnectionString
    {
        get
        {
            var given = Named ?? StandIn.ConnectionString;
            Assert.SkipWhen(given is null, $"TICKETING_MONGODB names no server (for example mongodb://localhost:27017). {MongoServer.Missing}");
            return given!;
        }
    }

    internal static string? Named { get; } = Environment.GetEnvironmentVariable("TICKETING_MONGODB") is { Length: > 0 } named ? named : null;

    public static string NewName() => $"ticketing_test_{Guid.NewGuid():N}";

    /// <summary>An empty database.</summary>
    public MongoDbDatabase Open() => Open(ConnectionString, NewName());

    public MongoDbDatabase Open(string connectionString, string name)
    {
        var database = new MongoDbDatabase(connectionString, name);
        lock (_opened)
            _opened.Add((database, name));
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        if (_opened.Count == 0)
            return;
        using var client = new MongoClient(ConnectionString);
        foreach (var (database, name) in _opened)
        {
            await client.DropDatabaseAsync(name);
            database.Dispose();
        }
    }
}

/// <summary>One stand-in for all tests, where no server is named and there is one to run.</summary>
public sealed class StandIn : IAsyncLifetime
{
    private static MongoServer? _server;

    internal static string? ConnectionString => _server?.ConnectionString;

    public async ValueTask InitializeAsync()
    {
        if (MongoDbServer.Named is null && MongoServer.IsAvailable)
            _server = await MongoServer.StartAsync();
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
