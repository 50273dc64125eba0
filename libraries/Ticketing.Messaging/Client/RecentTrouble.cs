namespace Ticketing.Messaging;

/// <summary>
/// Something that has happened when it is noticed, such as a loss of records. It is told for long enough to be seen by whoever asks now and then: as a
/// problem while something has to be done about it, and as a notice when that is done.
/// </summary>
internal sealed class RecentTrouble(TimeProvider time)
{
    private static readonly TimeSpan Told = TimeSpan.FromMinutes(10);

    private volatile Noticed? _last;

    /// <summary>What has happened in the last minutes and is not over; null if nothing is.</summary>
    public string? Problem => Last is { IsOver: false } last ? last.What : null;

    /// <summary>What has happened in the last minutes and is over; null if nothing is.</summary>
    public string? Notice => Last is { IsOver: true } last ? last.What : null;

    private Noticed? Last => _last is { } last && time.GetElapsedTime(last.Since) < Told ? last : null;

    public void Tell(string what, bool isOver) => _last = new(what, isOver, time.GetTimestamp());

    private sealed record Noticed(string What, bool IsOver, long Since);
}
