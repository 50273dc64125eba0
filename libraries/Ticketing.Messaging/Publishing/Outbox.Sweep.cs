using Ticketing.Documents;

namespace Ticketing.Messaging.Publishing;

/// <summary>Publishes what a crash left behind: everything on start, then on a timer what has waited too long.</summary>
internal sealed partial class Outbox<T>
{
    private async Task SweepAsync(CancellationToken stopping)
    {
        var olderThan = TimeSpan.Zero;
        string? said = null;
        using var timer = new PeriodicTimer(SweepPeriod, time);
        try
        {
            do
            {
                try
                {
                    await RepublishAsync(olderThan, stopping);
                    olderThan = options.RepublishAfter;
                    said = null;
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
        Swept(events, first);
    }
}
