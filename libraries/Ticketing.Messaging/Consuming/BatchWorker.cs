using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>Takes whatever is buffered as one batch, handles it, stores its offsets; then the next.</summary>
internal sealed partial class BatchWorker(
    IConsumer<byte[]?, byte[]?> consumer, ChannelReader<Received> buffer, Assignments assignments, GroupContext context) : IDisposable
{
    private readonly ILogger _logger = context.Logger;
    private readonly IBatch _batch = context.Sink is { } sink ? new SinkBatch(context, sink) : new EventBatch(context);
    private readonly List<Received> _records = new(context.Options.MaxBatchSize);
    private readonly CancellationTokenSource _stop = new();

    private Task _work = Task.CompletedTask;
    private volatile BatchInHand? _inHand;

    /// <summary>How long the batch in hand has been in hand; nothing if there is none.</summary>
    public TimeSpan Age => _inHand is { } batch ? context.Time.GetElapsedTime(batch.Started) : TimeSpan.Zero;

    public void Start() => _work = Task.Run(RunAsync);

    /// <summary>Waits until the batch in hand is done and its offsets are stored; gives it up when the time is up.</summary>
    public void Finish(TimeSpan timeout)
    {
        if (_inHand is { } batch && !batch.WaitForEnd(timeout))
            Abandon();
    }

    /// <summary>
    /// Gives up the batch in hand: some of its partitions are another's now. What it wrote stays, its offsets are not stored, and what
    /// belongs to partitions that are left is done once more.
    /// </summary>
    public void Abandon()
    {
        if (_inHand is not { } batch)
            return;
        batch.Abandon();
        batch.WaitForEnd(context.Options.DrainTimeout);
    }

    /// <summary>Takes no further batch, and finishes the one in hand.</summary>
    public void Stop(TimeSpan timeout)
    {
        _stop.Cancel();
        Finish(timeout);
        _work.Wait(timeout);
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync()
    {
        try
        {
            while (await buffer.WaitToReadAsync(_stop.Token))
            {
                while (_records.Count < context.Options.MaxBatchSize && buffer.TryRead(out var received))
                    _records.Add(received);
                // Once, unless partitions were revoked so early that the batch was given up.
                while (_records.Count > 0 && !_stop.IsCancellationRequested)
                    await TakeAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    private async Task TakeAsync()
    {
        var started = context.Time.GetTimestamp();
        var batch = _inHand = new BatchInHand(started);
        try
        {
            // From here on a revoke waits for this batch; what was revoked before is left out of it. Without the barrier, the processor may look
            // at the assignments before others can see the batch, and miss a revoke that has missed the batch.
            Interlocked.MemoryBarrier();
            _records.RemoveAll(received => received.Assignment != assignments.Current(received.Result.Partition));
            foreach (var (result, _) in _records)
                _batch.Add(result);
            context.Telemetry.Taken(_records.Count);
            await ProcessAsync(batch.Abandoned);
            if (batch.Abandoned.IsCancellationRequested)
            {
                LogAbandoned(context.Group, _records.Count);
                return;
            }
            Moments.Reached(Moments.BatchProcessed);
            Store();
            context.Telemetry.Done(_records.Count, context.Time.GetElapsedTime(started));
            _records.Clear();
        }
        finally
        {
            _batch.Clear();
            _inHand = null;
            batch.End();
        }
    }

    private async Task ProcessAsync(CancellationToken abandoned)
    {
        for (var attempt = 1; !abandoned.IsCancellationRequested; attempt++)
        {
            try
            {
                await _batch.ProcessAsync(abandoned);
                return;
            }
            // Every failure that is known is met further inside; whatever this is, going past it would lose events.
            catch (Exception e)
            {
                if (!abandoned.IsCancellationRequested)
                    LogBug(e, context.Group);
                await Task.Delay(context.Options.BackoffBefore(attempt), context.Time, abandoned)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Store()
    {
        foreach (var (last, _) in Enumerable.Reverse(_records).DistinctBy(received => received.Result.Partition))
        {
            try
            {
                consumer.StoreOffset(new TopicPartitionOffset(context.Topic, last.Partition, last.Offset + 1, last.LeaderEpoch));
            }
            catch (KafkaException e)
            {
                // Not ours any more: its next owner reads these records once more, and finds them done.
                LogNotStored(context.Group, last.Partition.Value, e.Error.Code, e.Error.Reason);
            }
        }
    }

    [LoggerMessage(LogLevel.Critical, "{Group}: a batch failed unexpectedly; trying again")]
    private partial void LogBug(Exception exception, string group);

    [LoggerMessage(LogLevel.Debug, "{Group}: the offset of partition {Partition} is not stored: {Code}: {Reason}")]
    private partial void LogNotStored(string group, int partition, ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Warning, "{Group}: a batch of {Count} is given up with its partitions")]
    private partial void LogAbandoned(string group, int count);
}
