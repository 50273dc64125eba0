using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging;

namespace Ticketing.ServiceDefaults;

/// <summary>How a service tells what it does.</summary>
public static class ActionRecords
{
    // Where the trace's id is in a traceparent.
    private const int TraceIdAt = 3;
    private const int TraceIdLength = 32;

    /// <summary>The service tells of each event that it publishes as an action, on <see cref="Topics.Activity"/>.</summary>
    public static Service TellsActions(this Service service) => service.AlsoPublishes(Topics.Activity, ActionRecord.TypeName, @event => Of(@event).Serialize());

    /// <summary>The action that an event tells of.</summary>
    public static ActionRecord Of(OutboxEvent @event) => new()
    {
        ServiceName = Actions.ServiceOf(@event.Type),
        Action = Actions.NameOf(@event.Type),
        At = @event.Time,
        Actor = UserOf(@event.Data.Span),
        Subject = @event.Key,
        Event = @event.Type,
        TraceId = @event.TraceParent is { Length: >= TraceIdAt + TraceIdLength } parent ? parent.Substring(TraceIdAt, TraceIdLength) : null,
    };

    // The event is not parsed as a whole: userId stands near its beginning.
    private static string? UserOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("userId"u8);
            reader.Read();
            if (found)
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }
        return null;
    }
}
