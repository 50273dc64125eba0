using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ticketing.ActivityLog;

/// <summary>What kind of record it is.</summary>
public enum ActivityKind
{
    /// <summary>What a service did.</summary>
    [JsonStringEnumMemberName("action")]
    Action,

    /// <summary>What a program logs.</summary>
    [JsonStringEnumMemberName("log")]
    Log,
}

/// <summary>How severe a log record is.</summary>
public enum ActivityLevel
{
    /// <summary>Every detail.</summary>
    [JsonStringEnumMemberName("trace")]
    Trace,

    /// <summary>For whoever looks for a bug.</summary>
    [JsonStringEnumMemberName("debug")]
    Debug,

    /// <summary>The ordinary course.</summary>
    [JsonStringEnumMemberName("information")]
    Information,

    /// <summary>Something is odd.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>Something failed.</summary>
    [JsonStringEnumMemberName("error")]
    Error,

    /// <summary>Much fails.</summary>
    [JsonStringEnumMemberName("critical")]
    Critical,
}

/// <summary>The names of levels, as log records and callers spell them.</summary>
public static class Levels
{
    /// <summary>The names, the least severe first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetNames<ActivityLevel>().Select(name => name.ToLowerInvariant())];

    /// <summary>The level of this name; null if there is none.</summary>
    public static ActivityLevel? Read(string name) => Names.ToList().IndexOf(name) is >= 0 and var level ? (ActivityLevel)level : null;
}

/// <summary>An action or a log record as it is kept. What is null is left out.</summary>
public sealed record ActivityEntry
{
    /// <summary>The same for a record that is read twice.</summary>
    public required string Id { get; init; }

    /// <summary>When it happened, in microseconds.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What kind of record it is.</summary>
    public required ActivityKind Kind { get; init; }

    /// <summary>Who tells it.</summary>
    public string? Service { get; init; }

    /// <summary>How severe it is; unknown of what is kept raw.</summary>
    public ActivityLevel? Level { get; init; }

    /// <summary>What was done, such as <c>new-order</c>.</summary>
    public string? Action { get; init; }

    /// <summary>The user who did it.</summary>
    public string? Actor { get; init; }

    /// <summary>What it was done to.</summary>
    public string? Subject { get; init; }

    /// <summary>The type of the event that the action is of.</summary>
    public string? Event { get; init; }

    /// <summary>The part of the program that logs.</summary>
    public string? Category { get; init; }

    /// <summary>The trace that it belongs to.</summary>
    public string? TraceId { get; init; }

    /// <summary>The span that it belongs to.</summary>
    public string? SpanId { get; init; }

    /// <summary>What is logged, or the whole of what is kept raw.</summary>
    public string? Message { get; init; }

    /// <summary>The exception with its stack trace.</summary>
    public string? Exception { get; init; }

    /// <summary>What the message names.</summary>
    public IReadOnlyDictionary<string, string>? Properties { get; init; }

    /// <summary>Whether it is not what the topic should hold, and is kept as it was.</summary>
    public bool IsRaw { get; init; }

    /// <summary>What it is counted as: its level, or that it is an action, or of no known level.</summary>
    internal short Series => Kind == ActivityKind.Action ? ActivityCount.Actions : Level is { } level ? (short)level : ActivityCount.Unknown;

    internal string ToJson() => JsonSerializer.Serialize(this, EntryJson.Default.ActivityEntry);

    internal static ActivityEntry FromJson(string json) => JsonSerializer.Deserialize(json, EntryJson.Default.ActivityEntry)!;
}

/// <summary>How many there are of one kind in a minute.</summary>
/// <param name="Minute">When the minute begins.</param>
/// <param name="Series">A level, <see cref="Actions"/> or <see cref="Unknown"/>.</param>
/// <param name="Count">So many.</param>
public sealed record ActivityCount(DateTimeOffset Minute, short Series, long Count)
{
    /// <summary>The series of actions.</summary>
    public const short Actions = -2;

    /// <summary>The series of what has no known level.</summary>
    public const short Unknown = -1;
}

/// <summary>An entry with the number that tells in which order they were stored.</summary>
/// <param name="Sequence">The number.</param>
/// <param name="Entry">The entry.</param>
public sealed record StoredEntry(long Sequence, ActivityEntry Entry);

/// <summary>What was stored after a number.</summary>
/// <param name="Entries">By their numbers.</param>
/// <param name="Through">Up to here all was looked at: nothing will be stored under this number or a lower one any more.</param>
/// <param name="Newest">The highest number that there is so far; 0 if there is none.</param>
/// <param name="Oldest">The lowest number that is kept; 0 if there is none.</param>
public sealed record ActivityTail(IReadOnlyList<StoredEntry> Entries, long Through, long Newest, long Oldest);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ActivityEntry))]
internal sealed partial class EntryJson : JsonSerializerContext;
