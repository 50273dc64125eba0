namespace Ticketing.ActivityLog.Tests;

/// <summary>A clock that goes only when it is told to.</summary>
internal sealed class Clock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
