using System.Threading.Channels;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <content>Empties the outboxes of what the broker has.</content>
internal sealed partial class Outbox<T>
{
    private static readonly TimeSpan RemovePeriod = TimeSpan.FromMilliseconds(50);

    private readonly Channel<bool> _acknowledgedAny =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private int _removing;

    /// <summary>
    /// Empties outboxes, a little later than it could: nobody waits for it, and what came together by then is one call to the store. Whatever
    /// a crash leaves is published again, with the same ids. What a log begins with stays until its loss would be noticed.
    /// </summary>
    private async Task RemoveAsync(CancellationToken stopping)
    {
        for (var failures = 0; failures > 0 || await _acknowledgedAny.Reader.WaitToReadAsync(stopping);)
        {
            _acknowledgedAny.Reader.TryRead(out _);
            await Task.Delay(failures > 0 ? options.BackoffBefore(failures) : RemovePeriod, time, stopping);
            var published = TakeAcknowledged();
            if (!producer.Ends.AreStored)
            {
                PutBack(published);
                _acknowledgedAny.Writer.TryWrite(true);
                continue;
            }
            try
            {
                if (published.Length > 0)
                    await store.RemovePublishedAsync(published, stopping);
                failures = 0;
                _removing = 0;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures++;
                LogStore(e, type.Name);
                PutBack(published);
            }
        }
    }

    private PublishedUpTo[] TakeAcknowledged()
    {
        lock (_lock)
        {
            _removing = _acknowledged.Count;
            PublishedUpTo[] published = [.. _acknowledged.Select(entry => new PublishedUpTo(entry.Key, entry.Value))];
            _acknowledged.Clear();
            return published;
        }
    }

    private void PutBack(PublishedUpTo[] published)
    {
        lock (_lock)
        {
            foreach (var (id, revision) in published)
                _acknowledged.TryAdd(id, revision);
            _removing = 0;
        }
    }
}
