using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging.Consuming;

/// <summary>
/// Takes whatever is buffered as one batch, handles it, stores its offsets; then the next. What is not urgent waits for more of its key.
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

    // The records of the batch in hand, their partitions, those that wait, and the last record of each partition that is in one or the other.
    private readonly List<Received> _records;
    private readonly HashSet<Partition> _taken = [];
    private readonly LingeringRecords _lingering;
    private readonly bool _lingers;
    private readonly Dictionary<Partition, ConsumeResult<byte[]?, byte[]?>> _last = [];

    private volatile BatchInHand? _inHand;

    public BatchWorker(
        IConsumer<byte[]?, byte[]?> consumer, ChannelReader<Received> buffer, Assignments assignments, GroupContext context,
        IReadOnlyDictionary<string, Route> routes)
    {
        (_consumer, _buffer, _assignments, _context, _logger) = (consumer, buffer, assignments, context, context.Logger);
        _batch = new EventBatch(context, routes);
        _records = new List<Received>(context.Options.MaxBatchSize);
        _lingering = new LingeringRecords(context.Options.Linger, context.Time);
        _lingers = context.Options.Linger > TimeSpan.Zero && routes.Values.Any(route => !route.IsUrgent);
        _work = Task.Run(RunAsync);
    }

    /// <summary>How long the batch in hand has been in hand; nothing if there is none.</summary>
    public TimeSpan Age => _inHand is { } batch ? _context.Time.GetElapsedTime(batch.Started) : TimeSpan.Zero;

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
            while (await WaitAsync())
            {
                Read();
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

    /// <summary>Waits until there is something to read, or what lingers has waited long enough.</summary>
    /// <returns>False at the end.</returns>
    private async ValueTask<bool> WaitAsync()
    {
        if (_lingering.Count == 0)
            return await _buffer.WaitToReadAsync(_stop.Token);
        if (_lingering.Left is var left && left > TimeSpan.Zero && !_buffer.TryPeek(out _))
        {
            using var time = new CancellationTokenSource(left, _context.Time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(time.Token, _stop.Token);
            await ((Task)_buffer.WaitToReadAsync(end.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return !_stop.IsCancellationRequested;
    }

    /// <summary>Reads what is buffered: what is to be handled now, and what may wait.</summary>
    private void Read()
    {
        while (_records.Count + _lingering.Count < _context.Options.MaxBatchSize && _buffer.TryRead(out var received))
        {
            _last[received.Result.Partition] = received.Result;
            if (!_lingers || received.Result.Message.Key is not { } key)
            {
                _records.Add(received);
            }
            else if (_batch.IsUrgent(received.Result))
            {
                _lingering.MoveTo(_records, key);
                _records.Add(received);
            }
            else
            {
                _lingering.Add(key, received);
            }
        }
        if (_records.Count + _lingering.Count >= _context.Options.MaxBatchSize)
            _lingering.MoveAllTo(_records);
        else
            _lingering.MoveOverdueTo(_records);
    }

    private async Task TakeAsync()
    {
        var started = _context.Time.GetTimestamp();
        var batch = _inHand = new BatchInHand(started);
        try
        {
            // From here on a revoke waits for this batch; what was revoked before is left out of it. Without the barrier, the processor may look
            // at the assignments before others can see the batch, and miss a revoke that has missed the batch.
            Interlocked.MemoryBarrier();
            _records.RemoveAll(IsGone);
            _lingering.Forget(IsGone);
            foreach (var (result, _) in _records)
            {
                _batch.Add(result);
                _taken.Add(result.Partition);
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

    private bool IsGone(Received received) => received.Assignment != _assignments.Current(received.Result.Partition);

    private void Store()
    {
        // If this process dies now, what lingers is read again, and what follows it is then found done.
        var firsts = _lingering.Firsts();
        foreach (var partition in _taken)
        {
            try
            {
                _consumer.StoreOffset(firsts.TryGetValue(partition, out var first)
                    ? new TopicPartitionOffset(_context.Topic, partition, first)
                    : new TopicPartitionOffset(_context.Topic, partition, _last[partition].Offset + 1, _last[partition].LeaderEpoch));
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
