namespace Ticketing.Messaging;

/// <summary>Settings of the runtime, under <c>Messaging:</c>.</summary>
public sealed class MessagingOptions
{
    /// <summary>How many events are handled as one batch at most. A batch is what is already there: nothing waits for it to fill.</summary>
    public int MaxBatchSize { get; set; } = 1000;

    /// <summary>How often a handler is called with an event that it throws on, before the event is a dead letter.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The pause after a first failure; it doubles each time, up to <see cref="MaxBackoff"/>, less a random part.</summary>
    public TimeSpan Backoff { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two tries.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How old an unpublished event must be before the timer publishes it once more.</summary>
    public TimeSpan RepublishAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a revoked partition, or a shutdown, waits for the batch in hand before the batch is given up.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a group may work on one batch until <c>/health</c> says that it makes no progress.</summary>
    public TimeSpan StalledAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the lag of consumer groups is looked up, once metrics are collected.</summary>
    public TimeSpan LagPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause before try <paramref name="attempt"/> (the second is 1): exponential, with full jitter on its upper half.</summary>
    internal TimeSpan BackoffBefore(int attempt)
    {
        var longest = Math.Min(Backoff.TotalMilliseconds * Math.Pow(2, attempt - 1), MaxBackoff.TotalMilliseconds);
#pragma warning disable CA5394 // Spreads retries; nothing secret.
        return TimeSpan.FromMilliseconds(longest * (0.5 + Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
    }
}
