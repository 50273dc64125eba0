using MongoDB.Bson;

namespace Ticketing.Documents.MongoDb;

/// <summary>Documents as BSON; see <see cref="Fields"/>. Fields that are not known are ignored.</summary>
internal sealed class DocumentMapping<T>(DocumentType<T> type)
    where T : class
{
    private readonly StateMapping<T> _state = new(type.Json);

    /// <summary>What a write replaces.</summary>
    public BsonDocument Replacement(Document<T> document) => new()
    {
        { Fields.Revision, document.Revision },
        { Fields.State, _state.Write(document.State) },
        { Fields.Keys, Keys(document.State) },
    };

    public Document<T> Read(BsonDocument stored) => new(
        stored[Fields.Id].AsString, stored[Fields.Revision].ToInt64(), _state.Read(stored[Fields.State]),
        stored.TryGetValue(Fields.Outbox, out var outbox) ? [.. outbox.AsBsonArray.Select(OutboxMapping.Read)] : []);

    private BsonDocument Keys(T state)
    {
        var keys = new BsonDocument();
        foreach (var index in type.Indexes)
            if (index.Key(state) is { } key)
                keys.Add(index.Name, key);
        return keys;
    }
}
