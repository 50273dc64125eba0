namespace Ticketing.Messaging;

/// <summary>A batch from being taken until its offsets are stored. Whoever gives its partitions away waits for its end, or gives it up.</summary>
#pragma warning disable CA1001 // Someone may give it up just when it ends; a source without timers holds nothing but memory.
internal sealed class BatchInHand(long started)
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _abandon = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Cancelled when the batch is given up.</summary>
    public CancellationToken Abandoned => _abandon.Token;

    /// <summary>When it was taken, a time stamp of the time provider.</summary>
    public long Started => started;

    public void Abandon() => _abandon.Cancel();

    public void End() => _ended.SetResult();

    public bool WaitForEnd(TimeSpan timeout) => _ended.Task.Wait(timeout);
}
