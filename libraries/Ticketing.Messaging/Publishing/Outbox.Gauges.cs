using System.Diagnostics.Metrics;

namespace Ticketing.Messaging.Publishing;

/// <summary>What of the outbox can be seen: what this process has on its way, and what the sweep found that is any process's.</summary>
internal sealed partial class Outbox<T> : IGauged
{
    private readonly KeyValuePair<string, object?> _tag = new("ticketing.document", type.Name);
    private (long Events, TimeSpan Age) _swept;

    IEnumerable<Measurement<long>> IGauged.OutboxDepth
    {
        get
        {
            lock (_lock)
                return [new(Math.Max(_swept.Events, _waves.Values.Sum(wave => (long)wave.Left)), _tag)];
        }
    }

    IEnumerable<Measurement<double>> IGauged.OutboxAge
    {
        get
        {
            lock (_lock)
            {
                var oldest = _waves.Count == 0 ? TimeSpan.Zero : time.GetUtcNow() - _waves.Values.Min(wave => wave.Oldest);
                return [new(Math.Max(0, Math.Max(oldest.TotalSeconds, _swept.Age.TotalSeconds)), _tag)];
            }
        }
    }

    /// <summary>
    /// Takes note of what a sweep found. The age stays what it was then: what was on its way is acknowledged by now, and what is stuck is
    /// found older by the next sweep.
    /// </summary>
    private void Swept(long events, DateTimeOffset oldest)
    {
        lock (_lock)
            _swept = (events, events == 0 ? TimeSpan.Zero : time.GetUtcNow() - oldest);
    }
}
