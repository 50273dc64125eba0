using System.Globalization;

namespace Ticketing.ActivityLog;

/// <summary>Which entries are wanted. What is null is no matter.</summary>
public sealed record ActivityFilter
{
    /// <summary>All of them.</summary>
    public static ActivityFilter All { get; } = new();

    /// <summary>Actions or log records only.</summary>
    public ActivityKind? Kind { get; init; }

    /// <summary>Who tells it.</summary>
    public string? Service { get; init; }

    /// <summary>How severe it is at least.</summary>
    public ActivityLevel? Level { get; init; }

    /// <summary>What was done.</summary>
    public string? Action { get; init; }

    /// <summary>Who did it.</summary>
    public string? Actor { get; init; }

    /// <summary>What it was done to.</summary>
    public string? Subject { get; init; }

    /// <summary>The trace.</summary>
    public string? TraceId { get; init; }

    /// <summary>Words that must all occur, in any order and case. The last may end with an asterisk: then words that begin so will do.</summary>
    public string? Text { get; init; }

    /// <summary>From when on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before when.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>What must occur among the terms of an entry, besides the time.</summary>
    internal TermQuery Terms => TermQuery.Of(this);
}

/// <summary>A place in the list of entries: behind the one at this time with this id.</summary>
/// <param name="At">Its time.</param>
/// <param name="Id">Its id.</param>
public sealed record ActivityCursor(DateTimeOffset At, string Id)
{
    /// <summary>Behind this entry.</summary>
    public static ActivityCursor Of(ActivityEntry entry) => new(entry.At, entry.Id);

    /// <summary>Reads what <see cref="ToString"/> writes; null if it is something else.</summary>
    public static ActivityCursor? Parse(string text) =>
        text.IndexOf('-', StringComparison.Ordinal) is > 0 and var end && long.TryParse(text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var time)
        && time <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() * 1000
            ? new(Microseconds.ToTime(time), text[(end + 1)..])
            : null;

    /// <summary>As text.</summary>
    public override string ToString() => $"{Microseconds.Of(At)}-{Id}";
}

/// <summary>Times as every store can keep them.</summary>
public static class Microseconds
{
    /// <summary>Microseconds since 1970.</summary>
    public static long Of(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The time.</summary>
    public static DateTimeOffset ToTime(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>Without what is less than a microsecond.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) => ToTime(Of(time));
}
