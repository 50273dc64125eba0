using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Ticketing.ServiceDefaults;

/// <summary>A time with its offset, as text.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MomentAttribute() : ValidationAttribute("must be a time with its offset, such as 2026-11-30T22:00:00Z.")
{
    private static readonly string[] Formats = [.. Enumerable.Range(0, 8).Select(digits => $"yyyy-MM-dd'T'HH:mm:ss{(digits == 0 ? "" : "." + new string('f', digits))}K")];

    /// <summary>The time; null if it is none.</summary>
    public static DateTimeOffset? Read(string? text) =>
        // Without an offset it would be the time of this machine.
        text?.Length > 10 && text.AsSpan(10).IndexOfAny('Z', '+', '-') >= 0
        && DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) && time.Year is > 1970 and < 9999
            ? time
            : null;

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is null || (value is string text && Read(text) is not null);
}
