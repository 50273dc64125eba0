using System.Text.Json;
using MongoDB.Bson;

namespace Ticketing.Documents.MongoDb;

/// <summary>BSON as the JSON that it was made from.</summary>
internal static class BsonToJson
{
    public static void Write(Utf8JsonWriter json, BsonValue value)
    {
        switch (value.BsonType)
        {
            case BsonType.Document:
                WriteObject(json, value.AsBsonDocument);
                break;
            case BsonType.Array:
                WriteArray(json, value.AsBsonArray);
                break;
            case BsonType.String:
                json.WriteStringValue(value.AsString);
                break;
            case BsonType.Boolean:
                json.WriteBooleanValue(value.AsBoolean);
                break;
            case BsonType.Null:
                json.WriteNullValue();
                break;
            // A shell writes small integers so.
            case BsonType.Int32 or BsonType.Int64:
                json.WriteNumberValue(value.ToInt64());
                break;
            case BsonType.Double:
                json.WriteNumberValue(value.AsDouble);
                break;
            case BsonType.Decimal128:
                json.WriteRawValue(value.AsDecimal128.ToString(), skipInputValidation: true);
                break;
            default:
                throw new FormatException($"A state holds a {value.BsonType}, which no store writes.");
        }
    }

    private static void WriteObject(Utf8JsonWriter json, BsonDocument document)
    {
        json.WriteStartObject();
        foreach (var element in document)
        {
            json.WritePropertyName(element.Name);
            Write(json, element.Value);
        }
        json.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter json, BsonArray array)
    {
        json.WriteStartArray();
        foreach (var item in array)
            Write(json, item);
        json.WriteEndArray();
    }
}
