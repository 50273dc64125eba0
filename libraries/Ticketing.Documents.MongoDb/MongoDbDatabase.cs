using System.Collections.Concurrent;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Ticketing.Documents.MongoDb;

/// <summary>
/// Documents in MongoDB, one collection per type. A stand-alone server is enough: nothing here needs a transaction or a change stream.
/// Every service has a database of its own.
/// </summary>
public sealed class MongoDbDatabase : IDocumentDatabase, IDisposable
{
    private readonly ConcurrentDictionary<string, object> _stores = new();
    private readonly ConcurrentBag<DocumentCollection> _collections = [];
    private readonly IMongoDatabase _database;
    private readonly MongoClient? _owned;

    /// <summary>With a client of its own.</summary>
    /// <param name="connectionString">Names the server or servers; a database that it names is used to authenticate only.</param>
    /// <param name="name">The database of documents.</param>
    public MongoDbDatabase(string connectionString, string name)
        : this(new MongoClient(Timeouts.Of(connectionString)), name) => _owned = (MongoClient)_database.Client;

    /// <summary>With a client that somebody else configures and disposes; see <see cref="Timeouts.Apply"/>.</summary>
    public MongoDbDatabase(IMongoClient client, string name)
    {
        // Majority and journal: what was acknowledged outlives a crash and a failover. Reads by majority: a decision, or an offset that
        // is committed because "this is done already", must not rest on a write that a failover then takes back. The price is that after
        // a conflict the winner's write may be visible some milliseconds late. A stand-alone server is a majority of one.
        _database = client.GetDatabase(name)
            .WithWriteConcern(WriteConcern.WMajority.With(wTimeout: Timeouts.Replication, journal: true))
            .WithReadConcern(ReadConcern.Majority)
            .WithReadPreference(ReadPreference.Primary);
    }

    /// <inheritdoc/>
    public string System => "mongodb";

    /// <inheritdoc/>
    public IDocumentStore<T> Store<T>(DocumentType<T> type)
        where T : class => (IDocumentStore<T>)_stores.GetOrAdd(type.Name, _ =>
        {
            var collection = new DocumentCollection(_database.GetCollection<BsonDocument>(type.Name), type.IndexModels());
            _collections.Add(collection);
            return new CombiningStore<T>(new MongoDbStore<T>(type, collection));
        });

    /// <inheritdoc/>
    public async ValueTask PingAsync(CancellationToken cancellation = default) => await Availability.CallAsync(async () =>
    {
        // A server whose collections are still being made does not store documents yet.
        await Task.WhenAll(_collections.Select(collection => collection.ReadyAsync(cancellation)));
        return await _database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: cancellation);
    });

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();
}
