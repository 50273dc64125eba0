namespace Ticketing.Messaging;

/// <summary>That a log has lost records. It has happened when it is noticed, so it is told for long enough to be seen by whoever asks now and then.</summary>
internal sealed class RecentLoss(TimeProvider time)
{
    private static readonly TimeSpan Told = TimeSpan.FromMinutes(10);

    private volatile Noticed? _last;

    /// <summary>What was lost in the last minutes; null if nothing was.</summary>
    public string? What => _last is { } last && time.GetElapsedTime(last.Since) < Told ? last.What : null;

    public void Tell(string what) => _last = new(what, time.GetTimestamp());

    private sealed record Noticed(string What, long Since);
}
