using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>
/// Documents that somebody waits for. This process tells of its own writes; what other instances write is found by one look at so many of
/// them at once, now and then, however many callers wait.
/// </summary>
internal sealed class Watches<T>(IDocumentStore<T> store, TimeSpan pollPeriod, int atATime, TimeProvider time)
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Watch<T>> _watches = [];

    // Whose turn it is to be looked at; also those that nobody waits for any more, until it is theirs.
    private readonly Queue<Watch<T>> _turns = [];
    private bool _isPolling;

    /// <summary>See <see cref="Repository{T}.WaitAsync"/>.</summary>
    /// <param name="id">The document.</param>
    /// <param name="known">What this process knows of it, which may be old.</param>
    /// <param name="look">Looks at the store.</param>
    /// <param name="until">The condition.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="stopping">Ends the wait with what was last seen: a service that stops has no time for one more look.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask<DocumentView<T>?> WaitAsync(
        string id, Func<DocumentView<T>?> known, Func<string, CancellationToken, ValueTask<DocumentView<T>?>> look, Func<T?, bool> until, TimeSpan timeout,
        CancellationToken stopping, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var watch = Enter(id);
        try
        {
            var document = known();
            // What is known can be waited on, however old: whatever is newer is told.
            var isGuess = document is not null;
            document ??= await look(id, cancellation);
            while (true)
            {
                var changed = watch.Changed;
                if (watch.Latest is { } latest && !(document?.Revision >= latest.Revision))
                    (document, isGuess) = (latest, false);
                if (until(document?.State) || stopping.IsCancellationRequested)
                    return document;
                var left = timeout - time.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                    return isGuess ? await look(id, cancellation) : document;
                await changed.WaitAsync(left, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            Leave(watch);
        }
    }

    /// <summary>Begins to watch a document; <see cref="Leave"/> must follow.</summary>
    private Watch<T> Enter(string id)
    {
        lock (_lock)
        {
            if (!_watches.TryGetValue(id, out var watch))
            {
                _watches[id] = watch = new Watch<T>(id);
                _turns.Enqueue(watch);
            }
            watch.Watchers++;
            if (!_isPolling)
            {
                _isPolling = true;
                // Not in the name of the caller who happens to be the first: the looks are nobody's.
                using (ExecutionContext.SuppressFlow())
                    _ = Task.Run(PollAsync);
            }
            return watch;
        }
    }

    private void Leave(Watch<T> watch)
    {
        lock (_lock)
            if (--watch.Watchers == 0)
                _watches.Remove(watch.Id);
    }

    /// <summary>Tells whoever waits for this document.</summary>
    public void Tell(DocumentView<T> document)
    {
        lock (_lock)
            if (_watches.TryGetValue(document.Id, out var watch))
                watch.Tell(document);
    }

    /// <summary>Wakes everyone who waits, although nothing is newer.</summary>
    public void WakeAll()
    {
        lock (_lock)
            foreach (var watch in _watches.Values)
                watch.Wake();
    }

    private async Task PollAsync()
    {
        while (true)
        {
            await Task.Delay(pollPeriod, time);
            var ids = new List<string>();
            lock (_lock)
            {
                for (var left = _turns.Count; left > 0 && ids.Count < atATime; left--)
                {
                    var watch = _turns.Dequeue();
                    if (watch.Watchers == 0)
                        continue;
                    ids.Add(watch.Id);
                    _turns.Enqueue(watch);
                }
                _isPolling = ids.Count > 0;
            }
            if (ids.Count == 0)
                return;
            try
            {
                foreach (var document in (await store.ViewManyAsync(ids)).Values)
                    Tell(document);
            }
            catch (Exception)
            {
                // The store is away, most likely. Those who wait go on waiting, until it is back or their time is up.
            }
        }
    }
}

/// <summary>A document that somebody waits for. Written to under the lock of <see cref="Watches{T}"/>.</summary>
internal sealed class Watch<T>(string id)
    where T : class
{
    private volatile TaskCompletionSource _changed = New();
    private volatile DocumentView<T>? _latest;

    public string Id => id;

    /// <summary>How many callers wait for it.</summary>
    public int Watchers { get; set; }

    /// <summary>The newest that was seen since somebody watches, if anything was.</summary>
    public DocumentView<T>? Latest => _latest;

    /// <summary>Ends when there is something newer, or the service stops. Taken before <see cref="Latest"/> is looked at, so that nothing is missed.</summary>
    public Task Changed => _changed.Task;

    public void Tell(DocumentView<T> document)
    {
        if (_latest?.Revision >= document.Revision)
            return;
        _latest = document;
        Wake();
    }

    public void Wake()
    {
        var changed = _changed;
        _changed = New();
        changed.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
