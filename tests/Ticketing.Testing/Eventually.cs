using System.Diagnostics;

namespace Ticketing.Testing;

/// <summary>Waits for a condition. No test sleeps for a fixed time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not in time; the message is what was seen last.</exception>
    public static Task IsAsync(Func<bool> condition, Func<string> seen, TimeSpan? patience = null) =>
        IsAsync(() => ValueTask.FromResult(condition()), seen, patience);

    /// <inheritdoc cref="IsAsync(Func{bool}, Func{string}, TimeSpan?)"/>
    public static async Task IsAsync(Func<ValueTask<bool>> condition, Func<string> seen, TimeSpan? patience = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > (patience ?? Patience))
                throw new TimeoutException($"Still not after {patience ?? Patience}: {seen()}");
            await Task.Delay(Period);
        }
    }
}
