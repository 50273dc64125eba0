using System.Diagnostics;

namespace Ticketing.Testing;

/// <summary>Waits for a condition. No test sleeps for a fixed time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not in time; the message is what was seen last.</exception>
    public static Task IsAsync(Func<bool> condition, Func<string> seen, TimeSpan? patience = null) =>
        IsAsync(() => ValueTask.FromResult(condition()), seen, patience);

    /// <inheritdoc cref="IsAsync(Func{bool}, Func{string}, TimeSpan?)"/>
    public static async Task IsAsync(Func<ValueTask<bool>> condition, Func<string> seen, TimeSpan? patience = null)
    {
        var started = Stopwatch.GetTimestamp();
        // Each look takes processor time from what it waits for, so looks become rarer.
        for (var pause = ShortestPause; !await condition(); pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause)
        {
            if (Stopwatch.GetElapsedTime(started) > (patience ?? Patience))
                throw new TimeoutException($"Still not after {patience ?? Patience}: {seen()}");
            await Task.Delay(pause);
        }
    }
}
