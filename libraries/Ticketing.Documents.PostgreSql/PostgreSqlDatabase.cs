using System.Collections.Concurrent;
using Npgsql;
using Ticketing.Documents.PostgreSql.Schema;

namespace Ticketing.Documents.PostgreSql;

/// <summary>
/// Documents in PostgreSQL (12 or newer): durable, and shared by all instances of a service. Nothing is asked of the server before the
/// first use of a store, and whatever fails then is tried again with the next, so a service starts without its server and recovers with it.
/// </summary>
/// <remarks>
/// Keys and ids are ordered by their UTF-8 bytes. That is the ordinal order of .NET, but for what lies beyond U+FFFF, which comes last
/// here and before U+E000 there.
/// </remarks>
public sealed class PostgreSqlDatabase : IDocumentDatabase, IAsyncDisposable, IDisposable
{
    // Whatever the connection string says itself comes later and wins.
    // * Five services, some with two instances, share the server's 100 connections.
    // * A caller over HTTP is told that the store is away before it gives up by itself.
    // * Nothing is left behind in a session, so there is nothing to reset.
    // * No multiplexing: the statements are few and large, and one that waits for a row would hold up strangers behind it.
    private const string Defaults = "Maximum Pool Size=15;Timeout=5;Command Timeout=10;No Reset On Close=true;";

    // So that a server that is gone without a word is found out; a Unix socket would refuse it.
    private const string Keepalive = "Tcp Keepalive=true;Tcp Keepalive Time=10;Tcp Keepalive Interval=2;";

    private readonly ConcurrentDictionary<string, object> _stores = new();
    private readonly ConcurrentBag<Func<CancellationToken, ValueTask>> _setups = [];
    private readonly Session _session;
    private readonly string _schema;

    /// <summary>Makes no connection yet.</summary>
    /// <param name="connectionString">Where the server is: <c>Host=…;Username=…</c>.</param>
    /// <param name="schema">Holds the documents; it is created where it is missing. One per service.</param>
    public PostgreSqlDatabase(string connectionString, string schema)
    {
        var isUnixSocket = new NpgsqlConnectionStringBuilder(connectionString).Host?.StartsWith('/') == true;
        _schema = Names.Check(schema);
        _session = new Session($"Application Name={schema};{Defaults}{(isUnixSocket ? "" : Keepalive)}", connectionString);
    }

    /// <inheritdoc/>
    public string System => "postgresql";

    /// <inheritdoc/>
    public IDocumentStore<T> Store<T>(DocumentType<T> type)
        where T : class => (IDocumentStore<T>)_stores.GetOrAdd(type.Name, _ =>
        {
            var setup = new TableSetup<T>(_session, _schema, type);
            _setups.Add(setup.ReadyAsync);
            return new CombiningStore<T>(new PostgreSqlStore<T>(
                type, new Statements(_schema, type.Name, type.Parts is not null), _session, setup));
        });

    /// <inheritdoc/>
    public async ValueTask PingAsync(CancellationToken cancellation = default)
    {
        // A server whose tables are still being made does not store documents yet.
        foreach (var ready in _setups)
            await ready(cancellation);
        await _session.QueryAsync([Session.Command("select 1")], reader => reader.GetInt32(0), repeatable: true, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
