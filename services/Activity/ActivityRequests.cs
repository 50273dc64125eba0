using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Ticketing.ActivityLog;
using Ticketing.Contracts;
using Ticketing.ServiceDefaults;

namespace Ticketing.Activities;

/// <summary>Which entries are wanted.</summary>
public sealed record ActivityQuery(
    [FromQuery(Name = "kind")][property: Description("Actions or logs only."), KindName] string? Kind,
    [FromQuery(Name = "service")][property: Description("Who tells it: the serviceName of actions, the service of log records."), Id] string? Service,
    [FromQuery(Name = "level")][property: Description("Log records that are at least so severe."), LevelName] string? Level,
    [FromQuery(Name = "action")][property: Description("What was done, such as new-order."), Id] string? Action,
    [FromQuery(Name = "actor")][property: Description("The id of the user who did it."), Id] string? Actor,
    [FromQuery(Name = "subject")][property: Description("The id of what it was done to."), Id] string? Subject,
    [FromQuery(Name = "trace")][property: Description("The id of a trace."), RegularExpression("^[0-9a-f]{32}$", ErrorMessage = "must have 32 hexadecimal digits in lower case.")] string? Trace,
    [FromQuery(Name = "text")][property: Description("Words that must all occur, in any case. An asterisk behind the last one stands for more letters."), Words] string? Text,
    [FromQuery(Name = "from")][property: Description("From when on."), Moment] string? From,
    [FromQuery(Name = "to")][property: Description("Before when."), Moment] string? To)
{
    internal const string Actions = "actions";
    internal const string Logs = "logs";

    /// <summary>As stores read it.</summary>
    internal ActivityFilter Filter => new()
    {
        Kind = Kind switch { Actions => ActivityKind.Action, Logs => ActivityKind.Log, _ => null },
        Service = Service,
        Level = Level is null ? null : Levels.Read(Level),
        Action = Action,
        Actor = Actor,
        Subject = Subject,
        TraceId = Trace,
        Text = Text,
        From = Time(From),
        To = Time(To),
    };

    private static DateTimeOffset? Time(string? text) => MomentAttribute.Read(text) is { } time ? Microseconds.Truncate(time) : null;
}

/// <summary>How many entries there are in a minute.</summary>
/// <param name="At">When the minute begins. One without entries is left out.</param>
/// <param name="Counts">How many: by the names of levels, action, and unknown for log records whose level is not known.</param>
public sealed record MinuteResponse(DateTimeOffset At, IReadOnlyDictionary<string, long> Counts);

/// <summary>Actions or logs.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KindNameAttribute() : ValidationAttribute($"must be {ActivityQuery.Actions} or {ActivityQuery.Logs}.")
{
    public override bool IsValid(object? value) => value is null or ActivityQuery.Actions or ActivityQuery.Logs;
}

/// <summary>The name of a level.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LevelNameAttribute() : ValidationAttribute("must be trace, debug, information, warning, error or critical.")
{
    public override bool IsValid(object? value) => value is null || (value is string name && Levels.Read(name) is not null);
}

/// <summary>Words to look for.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WordsAttribute() : StringLengthAttribute(200)
{
    public override bool IsValid(object? value) => value is null || (base.IsValid(value) && ((string)value).EnumerateRunes().Any(System.Text.Rune.IsLetterOrDigit));

    public override string FormatErrorMessage(string name) => "must have at most 200 characters, and a letter or a digit.";
}

/// <summary>What the link to the next page has.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class CursorAttribute() : ValidationAttribute("must be what the link to the next page has.")
{
    public override bool IsValid(object? value) => value is null || (value is string text && ActivityCursor.Parse(text) is not null);
}

/// <summary>The id of an event of the stream.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class EventIdAttribute() : ValidationAttribute("must be the id of an event of the stream.")
{
    public static long? Read(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public override bool IsValid(object? value) => value is null || (value is string text && Read(text) is not null);
}
