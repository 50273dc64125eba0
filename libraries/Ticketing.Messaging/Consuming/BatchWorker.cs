using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging.Consuming;

/// <summary>
/// Takes whatever is buffered as one batch, handles it, stores its offsets; then the next. While nothing of it is urgent, it waits for more.
/// </summary>
internal sealed partial class BatchWorker : IDisposable
{
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ChannelReader<Received> _buffer;
    private readonly Assignments _assignments;
    private readonly GroupContext _context;
    private readonly ILogger _logger;
    private readonly EventBatch _batch;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    // The records of the batch in hand, and the last one of each partition: behind it the partition can be committed to.
    private readonly List<Received> _records;
    private readonly Dictionary<Partition, ConsumeResult<byte[]?, byte[]?>> _taken = [];

    private volatile BatchInHand? _inHand;

    public BatchWorker(
        IConsumer<byte[]?, byte[]?> consumer, ChannelReader<Received> buffer, Assignments assignments, GroupContext context,
        IReadOnlyDictionary<string, Route> routes)
    {
        (_consumer, _buffer, _assignments, _context, _logger) = (consumer, buffer, assignments, context, context.Logger);
        _batch = new EventBatch(context, routes);
        _records = new List<Received>(context.Options.MaxBatchSize);
        _work = Task.Run(RunAsync);
    }

    /// <summary>Waits until the batch in hand is done and its offsets are stored; gives it up when the time is up.</summary>
    public void Finish(TimeSpan timeout)
    {
        if (_inHand is { } batch && !batch.WaitForEnd(timeout))
            Abandon(batch);
    }

    /// <summary>
    /// Gives up the batch in hand: some of its partitions are another's now. What it wrote stays, its offsets are not stored, and what
    /// belongs to partitions that are left is done once more.
    /// </summary>
    public void Abandon()
    {
        if (_inHand is { } batch)
            Abandon(batch);
    }

    /// <summary>Takes no further batch, and finishes the one in hand.</summary>
    public void Stop(TimeSpan timeout)
    {
        _stop.Cancel();
        Finish(timeout);
        _work.Wait(timeout);
    }

    public void Dispose() => _stop.Dispose();

    private void Abandon(BatchInHand batch)
    {
        batch.Abandon();
        batch.WaitForEnd(_context.Options.DrainTimeout);
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _buffer.WaitToReadAsync(_stop.Token))
            {
                if (!Read())
                    await LingerAsync();
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

    /// <summary>Reads what is buffered.</summary>
    /// <returns>Whether that is to be handled at once.</returns>
    private bool Read()
    {
        var isUrgent = false;
        while (_records.Count < _context.Options.MaxBatchSize && _buffer.TryRead(out var received))
        {
            _records.Add(received);
            isUrgent = isUrgent || _batch.IsUrgent(received.Result);
        }
        return isUrgent || _records.Count == _context.Options.MaxBatchSize;
    }

    private async Task LingerAsync()
    {
        using var time = new CancellationTokenSource(_context.Options.Linger, _context.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(time.Token, _stop.Token);
        while (true)
        {
            var more = _buffer.WaitToReadAsync(end.Token).AsTask();
            await ((Task)more).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!more.IsCompletedSuccessfully || !await more || Read())
                return;
        }
    }

    private async Task TakeAsync()
    {
        var started = _context.Time.GetTimestamp();
        var batch = _inHand = new BatchInHand();
        try
        {
            // From here on a revoke waits for this batch; what was revoked before is left out of it.
            _records.RemoveAll(received => received.Assignment != _assignments.Current(received.Result.Partition));
            foreach (var (result, _) in _records)
            {
                _batch.Add(result);
                _taken[result.Partition] = result;
            }
            _context.Telemetry.Taken(_records.Count);
            await ProcessAsync(batch.Abandoned);
            if (batch.Abandoned.IsCancellationRequested)
            {
                LogAbandoned(_context.Group, _records.Count);
                return;
            }
            Moments.Reached(Moments.BatchProcessed);
            Store();
            _context.Telemetry.Done(_records.Count, _context.Time.GetElapsedTime(started));
            _records.Clear();
        }
        finally
        {
            _batch.Clear();
            _taken.Clear();
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
            catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
            {
                return;
            }
            // Every failure that is known is met further inside; whatever this is, going past it would lose events.
            catch (Exception e)
            {
                LogBug(e, _context.Group);
                await Task.Delay(_context.Options.BackoffBefore(attempt), _context.Time, abandoned)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Store()
    {
        foreach (var (partition, last) in _taken)
        {
            try
            {
                _consumer.StoreOffset(new TopicPartitionOffset(_context.Topic, partition, last.Offset + 1, last.LeaderEpoch));
            }
            catch (KafkaException e)
            {
                // Not ours any more: its next owner reads these records once more, and finds them done.
                LogNotStored(_context.Group, partition.Value, e.Error.Code, e.Error.Reason);
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
