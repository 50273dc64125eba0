using MongoDB.Driver;

namespace Ticketing.Documents.MongoDb.Tests;

/// <summary>The server that tests are given, and the databases they made there.</summary>
public sealed class MongoDbServer : IAsyncDisposable
{
    private readonly List<(MongoDbDatabase Database, string Name)> _opened = [];

    public static string ConnectionString
    {
        get
        {
            var given = Environment.GetEnvironmentVariable("TICKETING_MONGODB");
            Assert.SkipWhen(string.IsNullOrEmpty(given), "TICKETING_MONGODB names no server (for example mongodb://localhost:27017).");
            return given!;
        }
    }

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
