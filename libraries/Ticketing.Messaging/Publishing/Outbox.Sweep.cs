using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>Publishes what a crash left behind: everything on start, then on a timer what has waited too long.</summary>
internal sealed partial class Outbox<T>
{
    // How many sweeps are left out at most while the broker answers nothing: they would find again what waits for it here.
    private const int MaxLeftOut = 9;

    private volatile bool _answered;

    // What the last sweep found. The age stays what it was then: what was on its way is acknowledged by now, and what is stuck is found older by
    // the next sweep.
    private (long Events, TimeSpan Age) _swept;

    private async Task SweepAsync(CancellationToken stopping)
    {
        var olderThan = TimeSpan.Zero;
        string? said = null;
        // The first is never left out.
        var leftOut = MaxLeftOut;
        using var timer = new PeriodicTimer(SweepPeriod, time);
        try
        {
            do
            {
                try
                {
                    if (++leftOut > MaxLeftOut || !IsStuck())
                    {
                        leftOut = 0;
                        await RepublishAsync(olderThan, stopping);
                        (olderThan, said) = (options.RepublishAfter, null);
                    }
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // The same, a second later, is no news.
                    if (e.Message != said)
                        LogStore(e, type.Name);
                    said = e.Message;
                }
                lock (_lock)
                    _published.Rotate();
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to stop: what is left is published by the next start.
        }
    }

    /// <summary>Whether something is on its way here, and nothing was answered since this was asked last.</summary>
    private bool IsStuck()
    {
        lock (_lock)
            return _waves.Count > 0 && !Interlocked.Exchange(ref _answered, false);
    }

    private async Task RepublishAsync(TimeSpan olderThan, CancellationToken stopping)
    {
        string? after = null;
        IReadOnlyList<DocumentOutbox> page;
        var (events, first) = (0L, DateTimeOffset.MaxValue);
        do
        {
            page = await store.FindUnpublishedAsync(SweepPage, after, stopping);
            foreach (var outbox in page)
            {
                events += outbox.Events.Length;
                if (outbox.Events is [var head, ..] && head.Time < first)
                    first = head.Time;
                if (outbox.Events is [var oldest, ..] && time.GetUtcNow() - oldest.Time >= olderThan)
                    await PublishAsync(outbox.Id, outbox.Events);
            }
            after = page is [.., var last] ? last.Id : null;
        }
        while (page.Count == SweepPage);
        lock (_lock)
            _swept = (events, events == 0 ? TimeSpan.Zero : time.GetUtcNow() - first);
    }
}
