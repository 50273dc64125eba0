namespace Ticketing.Messaging;

/// <summary>Something that has happened when it is noticed, such as a loss of records. It is told for long enough to be seen by whoever asks now and then.</summary>
internal sealed class RecentTrouble(TimeProvider time)
{
    private static readonly TimeSpan Told = TimeSpan.FromMinutes(10);

    private volatile Noticed? _last;

    /// <summary>What happened in the last minutes; null if nothing did.</summary>
    public string? What => _last is { } last && time.GetElapsedTime(last.Since) < Told ? last.What : null;

    public void Tell(string what) => _last = new(what, time.GetTimestamp());

    private sealed record Noticed(string What, long Since);
}
