using System.Globalization;
using MongoDB.Bson;

namespace Ticketing.Documents.MongoDb;

/// <summary>Documents as BSON; see <see cref="Fields"/>. Fields that are not known are ignored.</summary>
internal sealed class DocumentMapping<T>(DocumentType<T> type)
    where T : class
{
    private readonly StateMapping<T> _state = new(type.Json);

    /// <summary>What a write replaces.</summary>
    public BsonDocument Replacement(Document<T> document)
    {
        var replacement = new BsonDocument
        {
            { Fields.Revision, document.Revision },
            { Fields.State, _state.Write(document.State) },
            { Fields.Keys, Keys(document.State) },
        };
        foreach (var (number, content) in type.Parts?.Changed(document) ?? [])
            replacement.Add(Fields.Part(number), content.ToArray());
        return replacement;
    }

    public Document<T> Read(BsonDocument stored) => new(
        stored[Fields.Id].AsString, stored[Fields.Revision].ToInt64(), State(stored, Parts(stored)), OutboxMapping.Read(stored));

    public DocumentView<T> View(BsonDocument stored) =>
        new(stored[Fields.Id].AsString, stored[Fields.Revision].ToInt64(), State(stored, null));

    private T State(BsonDocument stored, IReadOnlyList<ReadOnlyMemory<byte>>? parts)
    {
        var state = _state.Read(stored[Fields.State]);
        return type.Parts is { } parted ? parted.With(state, parts) : state;
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> Parts(BsonDocument stored) => !stored.TryGetValue(Fields.Parts, out var parts)
        ? []
        : [.. parts.AsBsonDocument
            .OrderBy(part => int.Parse(part.Name, CultureInfo.InvariantCulture))
            .Select(part => new ReadOnlyMemory<byte>(part.Value.AsByteArray))];

    private BsonDocument Keys(T state)
    {
        var keys = new BsonDocument();
        foreach (var index in type.Indexes)
            if (index.Key(state) is { } key)
                keys.Add(index.Name, key);
        return keys;
    }
}
