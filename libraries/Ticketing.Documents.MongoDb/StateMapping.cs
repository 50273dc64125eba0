using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MongoDB.Bson;

namespace Ticketing.Documents.MongoDb;

/// <summary>
/// States as BSON, by way of the JSON that their type describes: names, order and what is left out are the same in every store.
/// </summary>
internal sealed class StateMapping<T>(JsonTypeInfo<T> json)
    where T : class
{
    private readonly JsonTypeInfo<T> _json = (JsonTypeInfo<T>)
        new JsonSerializerOptions(json.Options) { Converters = { new MarkedDecimal() } }.GetTypeInfo(typeof(T));

    public BsonValue Write(T state) => JsonToBson.Convert(JsonSerializer.SerializeToUtf8Bytes(state, _json));

    public T Read(BsonValue state)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new() { SkipValidation = true }))
            BsonToJson.Write(writer, state);
        return JsonSerializer.Deserialize(json.WrittenSpan, _json) ?? throw new FormatException("A stored state is null.");
    }
}
