using System.Text;
using System.Text.Json;
using MongoDB.Bson;

namespace Ticketing.Documents.MongoDb;

/// <summary>One JSON value as BSON.</summary>
internal static class JsonToBson
{
    public static BsonValue Convert(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return Read(ref reader);
    }

    private static BsonValue Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader),
        JsonTokenType.StartArray => ReadArray(ref reader),
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.True => BsonBoolean.True,
        JsonTokenType.False => BsonBoolean.False,
        JsonTokenType.Null => BsonNull.Value,
        _ => ReadNumber(ref reader),
    };

    private static BsonDocument ReadObject(ref Utf8JsonReader reader)
    {
        var document = new BsonDocument();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString();
            reader.Read();
            document.Add(name, Read(ref reader));
        }
        return document;
    }

    private static BsonArray ReadArray(ref Utf8JsonReader reader)
    {
        var array = new BsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            array.Add(Read(ref reader));
        return array;
    }

    private static BsonValue ReadNumber(ref Utf8JsonReader reader)
    {
        if (MarkedDecimal.Parse(reader.ValueSpan) is { } amount)
            return new BsonDecimal128(amount);
        if (reader.TryGetInt64(out var integer))
            return integer;
        // An integer beyond 64 bits would lose digits as a double.
        return reader.ValueSpan.IndexOfAny(".eE"u8) >= 0
            ? reader.GetDouble()
            : Decimal128.Parse(Encoding.UTF8.GetString(reader.ValueSpan));
    }
}
