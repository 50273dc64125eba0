using System.Collections.Immutable;
using System.Globalization;
using MongoDB.Bson;

namespace Ticketing.Documents.MongoDb;

/// <summary>Events as BSON. Their time is an ISO 8601 string, as in a state: BSON's own ends at the millisecond.</summary>
internal static class OutboxMapping
{
    private const string Id = "id";
    private const string Topic = "topic";
    private const string Key = "key";
    private const string Type = "type";
    private const string Data = "data";
    private const string Time = "time";
    private const string TraceParent = "traceParent";
    private const string TraceState = "traceState";

    /// <summary>What a write adds to the outbox.</summary>
    public static BsonArray Added<T>(Document<T> document)
        where T : class => new(document.Outbox.Where(e => e.Revision == document.Revision).Select(Write));

    /// <summary>The outbox of a document.</summary>
    public static ImmutableArray<OutboxEvent> Read(BsonDocument document) =>
        document.TryGetValue(Fields.Outbox, out var outbox) ? [.. outbox.AsBsonArray.Select(ReadEvent)] : [];

    private static OutboxEvent ReadEvent(BsonValue stored)
    {
        var e = stored.AsBsonDocument;
        return new(
            e[Fields.Revision].ToInt64(), e[Id].AsString, e[Topic].AsString, e[Key].AsString, e[Type].AsString, e[Data].AsByteArray,
            DateTimeOffset.Parse(e[Time].AsString, CultureInfo.InvariantCulture), Optional(TraceParent), Optional(TraceState));

        string? Optional(string name) => e.TryGetValue(name, out var value) ? value.AsString : null;
    }

    private static BsonDocument Write(OutboxEvent e) => new()
    {
        { Fields.Revision, e.Revision },
        { Id, e.Id },
        { Topic, e.Topic },
        { Key, e.Key },
        { Type, e.Type },
        { Data, e.Data.ToArray() },
        { Time, e.Time.ToString("O", CultureInfo.InvariantCulture) },
        { TraceParent, e.TraceParent, e.TraceParent is not null },
        { TraceState, e.TraceState, e.TraceState is not null },
    };
}
