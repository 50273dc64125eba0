using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Ticketing.Documents.MongoDb;

/// <summary>
/// A stored document: <c>{ _id, revision, state, keys: { index: key }, outbox: [ event ], parts: { number: bytes } }</c>. Strings compare by
/// their UTF-8 bytes, which is ordinal order (but for characters beyond U+FFFF, which come last).
/// </summary>
internal static class Fields
{
    public const string Id = "_id";
    public const string Revision = "revision";
    public const string State = "state";
    public const string Keys = "keys";
    public const string Outbox = "outbox";
    public const string Parts = "parts";

    /// <summary>Exists if the outbox is not empty.</summary>
    public const string OldestEvent = "outbox.0";

    private static readonly BsonDocument Exists = new("$exists", true);

    /// <summary>The predicate of a document that has unpublished events.</summary>
    public static BsonElement IsUnpublished { get; } = new(OldestEvent, Exists);

    /// <summary>The projection of a document that is only shown.</summary>
    public static BsonDocument Shown { get; } = new() { { Revision, 1 }, { State, 1 } };

    public static string Key(string index) => $"{Keys}.{index}";

    public static string Part(int number) => string.Create(CultureInfo.InvariantCulture, $"{Parts}.{number}");

    /// <summary>
    /// One index per declared key, and one for the outbox, each of the documents concerned only. The outbox's begins with the id because
    /// documents are read in its order; a second field makes it another index than the primary one, which cannot be partial. No declared
    /// index can have its name.
    /// </summary>
    public static IReadOnlyList<CreateIndexModel<BsonDocument>> IndexModels<T>(this DocumentType<T> type)
        where T : class =>
        [
            .. type.Indexes.Select(index => Index(index.Name, Key(index.Name), Id, new(Key(index.Name), Exists))),
            Index("unpublished events", Id, Revision, IsUnpublished),
        ];

    private static CreateIndexModel<BsonDocument> Index(string name, string first, string second, BsonElement of) => new(
        new BsonDocument { { first, 1 }, { second, 1 } },
        new CreateIndexOptions<BsonDocument> { Name = name, PartialFilterExpression = new BsonDocument(of) });
}
