using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ticketing.Contracts;

/// <summary>What a service did, on <see cref="Topics.Activity"/>: the short form of an event, without anything about a person but their id.</summary>
public sealed record ActionRecord
{
    /// <summary>The only <see cref="Type"/> that there is.</summary>
    public const string TypeName = "action";

    /// <summary><see cref="TypeName"/>.</summary>
    public string Type { get; init; } = TypeName;

    /// <summary>Who did it, such as <c>order-service</c>.</summary>
    public required string ServiceName { get; init; }

    /// <summary>What was done, such as <c>new-order</c>.</summary>
    public required string Action { get; init; }

    /// <summary>When the event was decided.</summary>
    [JsonConverter(typeof(UtcJsonConverter))]
    public required DateTimeOffset At { get; init; }

    /// <summary>The user whom the event names, if it does.</summary>
    public string? Actor { get; init; }

    /// <summary>What it was done to: the event's key.</summary>
    public required string Subject { get; init; }

    /// <summary>The event's type, such as <c>order.created</c>.</summary>
    public required string Event { get; init; }

    /// <summary>The trace that the event belongs to, 32 hexadecimal digits.</summary>
    public string? TraceId { get; init; }

    /// <summary>As it goes over the wire, in UTF-8.</summary>
    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(this, ActivityJson.Default.ActionRecord);

    /// <summary>Reads one. Fields that are not known are ignored.</summary>
    /// <exception cref="JsonException">Not a JSON object, or a required field is missing or has the wrong type.</exception>
    public static ActionRecord Deserialize(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, ActivityJson.Default.ActionRecord) ?? throw new JsonException("An action must be a JSON object.");
}

/// <summary>What a program logs, on <see cref="Topics.Logs"/>.</summary>
public sealed record LogRecord
{
    /// <summary>What is logged, as a person reads it.</summary>
    public required string Message { get; init; }

    /// <summary>When.</summary>
    [JsonConverter(typeof(UtcJsonConverter))]
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The program, such as <c>orders</c>.</summary>
    public required string Service { get; init; }

    /// <summary><c>trace</c>, <c>debug</c>, <c>information</c>, <c>warning</c>, <c>error</c> or <c>critical</c>.</summary>
    public required string Level { get; init; }

    /// <summary>The part of the program that logs.</summary>
    public string? Category { get; init; }

    /// <summary>The trace in which it happened, 32 hexadecimal digits.</summary>
    public string? TraceId { get; init; }

    /// <summary>The span in which it happened, 16 hexadecimal digits.</summary>
    public string? SpanId { get; init; }

    /// <summary>The exception with its stack trace.</summary>
    public string? Exception { get; init; }

    /// <summary>What the message names, as text.</summary>
    public IReadOnlyDictionary<string, string?>? Properties { get; init; }

    /// <summary>As it goes over the wire, in UTF-8.</summary>
    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(this, ActivityJson.Default.LogRecord);

    /// <summary>Reads one. Fields that are not known are ignored.</summary>
    /// <exception cref="JsonException">Not a JSON object, or a required field is missing or has the wrong type.</exception>
    public static LogRecord Deserialize(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, ActivityJson.Default.LogRecord) ?? throw new JsonException("A log record must be a JSON object.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ActionRecord))]
[JsonSerializable(typeof(LogRecord))]
internal sealed partial class ActivityJson : JsonSerializerContext;
