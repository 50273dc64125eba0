using Ticketing.Documents.PostgreSql;
using Ticketing.Testing.Stores;

namespace Ticketing.Documents.Tests.PostgreSql;

/// <summary>One server for a class of tests, none where there is no PostgreSQL; each database that is opened has a schema of its own.</summary>
public class PostgreSqlFixture : IAsyncLifetime
{
    private readonly List<PostgreSqlDatabase> _databases = [];
    private PostgresServer? _server;
    private int _schemas;

    public PostgresServer Server
    {
        get
        {
            Assert.SkipUnless(_server is not null, PostgresServer.Missing);
            return _server!;
        }
    }

    /// <summary>How stores reach it.</summary>
    public virtual string ConnectionString => Server.ConnectionString;

    public virtual async ValueTask InitializeAsync()
    {
        if (PostgresServer.IsAvailable)
            _server = await PostgresServer.StartAsync("fsync=off");
    }

    /// <summary>The name of a schema that is not there yet.</summary>
    public string NewSchema() => $"s{Interlocked.Increment(ref _schemas)}";

    public PostgreSqlDatabase Open(string? schema = null)
    {
        // There are many, so each lets go of its connections early.
        const string Small = ";Connection Idle Lifetime=1;Connection Pruning Interval=1";
        var database = new PostgreSqlDatabase(ConnectionString + Small, schema ?? NewSchema());
        lock (_databases)
            _databases.Add(database);
        return database;
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var database in _databases)
            await database.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
