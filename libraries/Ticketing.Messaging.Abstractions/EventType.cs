using System.Text;
using System.Text.Json;

namespace Ticketing.Messaging;

/// <summary>What events of one type have in common, and how they become JSON: one object whose first field is <c>type</c>.</summary>
public abstract class EventType
{
    private protected EventType(string name, string topic) => (Name, Topic) = (name, topic);

    /// <summary>Its name on the wire.</summary>
    public string Name { get; }

    /// <summary>The topic that its events are published to, without a shop's prefix.</summary>
    public string Topic { get; }

    /// <summary>The type of these events.</summary>
    public static EventType Of<TEvent>()
        where TEvent : class, IEvent<TEvent> => Typed<TEvent>.Instance;

    /// <summary>An event of this type as it goes over the wire, in UTF-8.</summary>
    public abstract byte[] Serialize(IEvent @event);

    /// <summary>Reads an event of this type. Fields that it does not know are ignored.</summary>
    /// <exception cref="JsonException">A required field is missing, has the wrong type or is out of bounds.</exception>
    public abstract IEvent Deserialize(ReadOnlySpan<byte> json);

    /// <summary>The <c>type</c> of a serialized event, found without reading the rest where it comes first, as we write it.</summary>
    /// <exception cref="JsonException">Not a JSON object with a string <c>type</c>.</exception>
    public static string ReadName(ReadOnlySpan<byte> json)
    {
        try
        {
            return FindName(json);
        }
        catch (InvalidOperationException e)
        {
            // How the reader says that a string is no valid text.
            throw new JsonException("An event must be valid text.", e);
        }
    }

    private static string FindName(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An event must be a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (found && reader.TokenType == JsonTokenType.String)
                return reader.GetString()!;
            if (found)
                throw new JsonException("An event's 'type' must be a string.");
            reader.Skip();
        }
        throw new JsonException("An event must have a 'type'.");
    }

    private sealed class Typed<TEvent>() : EventType(TEvent.TypeName, TEvent.TopicName)
        where TEvent : class, IEvent<TEvent>
    {
        // {"type":"order.created"
        private readonly byte[] _begin = Encoding.UTF8.GetBytes($"{{\"type\":\"{JsonEncodedText.Encode(TEvent.TypeName)}\"");

        public static Typed<TEvent> Instance { get; } = new();

        public override byte[] Serialize(IEvent @event)
        {
            var fields = JsonSerializer.SerializeToUtf8Bytes((TEvent)@event, TEvent.Json).AsSpan(1);
            if (fields.Length == 1)
                return [.. _begin, .. fields];
            var json = new byte[_begin.Length + 1 + fields.Length];
            _begin.CopyTo(json, 0);
            json[_begin.Length] = (byte)',';
            fields.CopyTo(json.AsSpan(_begin.Length + 1));
            return json;
        }

        public override IEvent Deserialize(ReadOnlySpan<byte> json) =>
            JsonSerializer.Deserialize(json, TEvent.Json) ?? throw new JsonException("An event must be a JSON object.");
    }
}
