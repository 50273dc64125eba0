using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging.Consuming;

/// <summary>Takes whatever is buffered as one batch, handles it, stores its offsets; then the next.</summary>
internal sealed partial class BatchWorker : IDisposable
{
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ChannelReader<Received> _buffer;
    private readonly Assignments _assignments;
    private readonly GroupContext _context;
    private readonly ILogger _logger;
    private readonly EventBatch _batch;
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _idle = new(true);
    private readonly Lock _lock = new();
    private readonly Task _work;
    private CancellationTokenSource _abandon = new();

    // Where each partition can be committed to: behind the last record of the batch in hand.
    private readonly Dictionary<Partition, ConsumeResult<byte[]?, byte[]?>> _taken = [];

    public BatchWorker(
        IConsumer<byte[]?, byte[]?> consumer, ChannelReader<Received> buffer, Assignments assignments, GroupContext context,
        IReadOnlyDictionary<string, Route> routes)
    {
        (_consumer, _buffer, _assignments, _context, _logger) = (consumer, buffer, assignments, context, context.Logger);
        _batch = new EventBatch(context, routes);
        _work = Task.Run(RunAsync);
    }

    /// <summary>Waits until the batch in hand is done and its offsets are stored; gives it up when the time is up.</summary>
    public void Finish(TimeSpan timeout)
    {
        if (!_idle.Wait(timeout))
            Abandon();
    }

    /// <summary>Gives up the batch in hand: its partitions are another's now. What it wrote stays, its offsets are not stored.</summary>
    public void Abandon()
    {
        CancellationTokenSource abandoned;
        lock (_lock)
            (abandoned, _abandon) = (_abandon, new());
        abandoned.Cancel();
        _idle.Wait(_context.Options.DrainTimeout);
        abandoned.Dispose();
    }

    /// <summary>Takes no further batch, and finishes the one in hand.</summary>
    public void Stop(TimeSpan timeout)
    {
        _stop.Cancel();
        Finish(timeout);
        _work.Wait(timeout);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _abandon.Dispose();
        _idle.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _buffer.WaitToReadAsync(_stop.Token))
            {
                _idle.Reset();
                // Asked to stop between the wait and here: nothing is in hand yet, and nothing is taken any more.
                if (!_stop.IsCancellationRequested)
                    await TakeAsync();
                _idle.Set();
            }
        }
        catch (OperationCanceledException)
        {
            _idle.Set();
        }
    }

    private async Task TakeAsync()
    {
        CancellationToken abandoned;
        lock (_lock)
            abandoned = _abandon.Token;
        var started = _context.Time.GetTimestamp();
        var count = 0;
        for (; count < _context.Options.MaxBatchSize && _buffer.TryRead(out var received); count++)
        {
            if (received.Assignment != _assignments.Current(received.Result.Partition))
                continue;
            _batch.Add(received.Result);
            _taken[received.Result.Partition] = received.Result;
        }
        await ProcessAsync(abandoned);
        if (abandoned.IsCancellationRequested)
            LogAbandoned(_context.Group, count);
        else
            Store();
        _batch.Clear();
        _taken.Clear();
        var group = new KeyValuePair<string, object?>("messaging.consumer.group.name", _context.Group);
        MessagingMetrics.BatchSize.Record(count, group);
        MessagingMetrics.BatchDuration.Record(_context.Time.GetElapsedTime(started).TotalSeconds, group);
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
            catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_State)
            {
                // Not ours any more: its next owner reads these records once more, and finds them done.
            }
        }
    }

    [LoggerMessage(LogLevel.Critical, "{Group}: a batch failed unexpectedly; trying again")]
    private partial void LogBug(Exception exception, string group);

    [LoggerMessage(LogLevel.Warning, "{Group}: a batch of {Count} is given up with its partitions")]
    private partial void LogAbandoned(string group, int count);
}
