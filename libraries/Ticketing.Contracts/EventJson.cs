using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ticketing.Contracts;

/// <summary>Events to JSON and back: camelCase, source-generated, UTF-8.</summary>
public static class EventJson
{
    private static readonly IList<JsonDerivedType> Types = EventJsonContext.Default.Event.PolymorphismOptions!.DerivedTypes;
    private static readonly FrozenDictionary<Type, string> NamesByType = Types.ToFrozenDictionary(t => t.DerivedType, NameOf);
    private static readonly FrozenDictionary<string, JsonTypeInfo> InfosByName =
        Types.ToFrozenDictionary(NameOf, t => EventJsonContext.Default.GetTypeInfo(t.DerivedType)!);

    /// <summary>The value of <c>type</c> for an event.</summary>
    public static string TypeOf(Event @event) => NamesByType[@event.GetType()];

    /// <summary>The value of <c>type</c> for a class of events.</summary>
    public static string TypeOf(Type type) => NamesByType[type];

    /// <summary>An event as it goes over the wire.</summary>
    public static byte[] Serialize(Event @event) => JsonSerializer.SerializeToUtf8Bytes(@event, EventJsonContext.Default.Event);

    /// <summary>
    /// Reads an event. Null for a <c>type</c> that this version does not know, which is no error: another version publishes it.
    /// </summary>
    /// <exception cref="JsonException">Not a JSON object, no <c>type</c>, a required field is missing, has the wrong type or is out of bounds.</exception>
    public static Event? Deserialize(ReadOnlySpan<byte> json) => Deserialize(json, ReadType(json));

    /// <summary>Reads an event of which <see cref="ReadType"/> has told the type. Null for a type that is not known.</summary>
    /// <exception cref="JsonException">A required field is missing, has the wrong type or is out of bounds.</exception>
    public static Event? Deserialize(ReadOnlySpan<byte> json, string type) =>
        InfosByName.TryGetValue(type, out var info) ? EventRules.Check((Event)JsonSerializer.Deserialize(json, info)!) : null;

    /// <summary>The <c>type</c> of a serialized event, found without reading the rest where it stands first, as we write it.</summary>
    /// <exception cref="JsonException">Not a JSON object with a string <c>type</c>.</exception>
    public static string ReadType(ReadOnlySpan<byte> json)
    {
        try
        {
            return FindType(json);
        }
        catch (InvalidOperationException e)
        {
            // How the reader says that a string is no valid text.
            throw new JsonException("An event is valid text.", e);
        }
    }

    private static string FindType(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An event is a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (found && reader.TokenType == JsonTokenType.String)
                return reader.GetString()!;
            if (found)
                throw new JsonException("An event's 'type' is a string.");
            reader.Skip();
        }
        throw new JsonException("An event has a 'type'.");
    }

    private static string NameOf(JsonDerivedType type) => (string)type.TypeDiscriminator!;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Event))]
internal sealed partial class EventJsonContext : JsonSerializerContext;
