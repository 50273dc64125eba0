using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ticketing.Messaging.Tests.Harness;

/// <summary>What services of these tests read.</summary>
public sealed record Noted(string Id, long Version) : IEvent<Noted>
{
    public static string TypeName => "test.noted";

    public static string TopicName => "in";

    public static JsonTypeInfo<Noted> Json => EventsJson.Default.Noted;

    string IEvent.Key => Id;
}

/// <summary>Another event of the same topic.</summary>
public sealed record Pressed(string Id, long Version) : IEvent<Pressed>
{
    public static string TypeName => "test.pressed";

    public static string TopicName => Noted.TopicName;

    public static JsonTypeInfo<Pressed> Json => EventsJson.Default.Pressed;

    string IEvent.Key => Id;
}

/// <summary>An event of a topic that is not there when a scenario begins.</summary>
public sealed record Renewed(string Id, long Version) : IEvent<Renewed>
{
    public static string TypeName => "test.renewed";

    public static string TopicName => "new";

    public static JsonTypeInfo<Renewed> Json => EventsJson.Default.Renewed;

    string IEvent.Key => Id;
}

/// <summary>An event that concerns several documents.</summary>
public sealed record Shared(string Id, long Version, IReadOnlyList<string> Ids) : IEvent<Shared>
{
    public static string TypeName => "test.shared";

    public static string TopicName => Noted.TopicName;

    public static JsonTypeInfo<Shared> Json => EventsJson.Default.Shared;

    string IEvent.Key => Id;
}

/// <summary>What services of these tests publish.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Version">Tells one from the other.</param>
/// <param name="Text">Makes it large.</param>
public sealed record Told(string Id, long Version, string? Text = null) : IEvent<Told>
{
    public static string TypeName => "test.told";

    public static string TopicName => "out";

    public static JsonTypeInfo<Told> Json => EventsJson.Default.Told;

    string IEvent.Key => Id;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Noted))]
[JsonSerializable(typeof(Pressed))]
[JsonSerializable(typeof(Renewed))]
[JsonSerializable(typeof(Shared))]
[JsonSerializable(typeof(Told))]
internal sealed partial class EventsJson : JsonSerializerContext;
