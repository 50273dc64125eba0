using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging.Consuming;

/// <summary>
/// One consumer group's member on one topic. A thread of its own polls, so that the group never loses this member to long work; beside
/// it, one batch at a time is handled and its offsets are stored when all of it is written, so that a commit never passes work that is not.
/// A client with a fatal error (librdkafka: <c>rd_kafka_fatal_error</c>) is replaced; what it had in hand is read again.
/// </summary>
internal sealed partial class GroupConsumer(
    KafkaSettings settings, GroupContext context, IReadOnlyDictionary<string, Route> routes) : IHostedService, IGauged, IDisposable
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    // What is fatal to one may be so to the next.
    private static readonly TimeSpan PauseBeforeNext = TimeSpan.FromSeconds(1);

    // The next record of each partition, unless records are lost.
    private readonly Dictionary<Partition, Offset> _next = [];
    private readonly RecentLoss _loss = new(context.Time);

    // Whether the group has given this member its share, which may be no partition at all, and has not expelled it since.
    private volatile bool _isMember;
    private readonly ILogger _logger = context.Logger;
    // Begins with the service's stop and not when its turn comes: the other members need not wait for slow callers of this one.
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(context.Stopping);
    private readonly ConsumerConfig _config = settings.Consumer(context.Group);

    // Those of the client that is in use.
    private Assignments _assignments = null!;
    private Channel<Received> _buffer = null!;
    private IConsumer<byte[]?, byte[]?> _consumer = null!;
    private BatchWorker _worker = null!;
    private volatile Error? _fatal;
    private volatile bool _startsOver;

    private Thread? _poller;
    private TaskCompletionSource? _left;

    public string Group => context.Group;

    public string Topic => context.Topic;

    /// <summary>Why the group makes no progress; null while it does.</summary>
    public string? Problem => !_isMember ? $"Not a member of {context.Group}."
        : context.DeadLetters.Problem is { } problem ? problem
        : _loss.What is { } lost ? $"{context.Group}: {lost}"
        : _worker.Age is var age && age > context.Options.StalledAfter ? $"{context.Group} has worked on one batch for {age.TotalSeconds:0} s."
        : null;

    IEnumerable<Measurement<double>> IGauged.BatchAge => _worker is { } worker
        ? [new(worker.Age.TotalSeconds, new("messaging.consumer.group.name", context.Group), new("messaging.destination.name", context.Topic))]
        : [];

    /// <summary>
    /// The topic was deleted and made again. What it has now is read from its beginning: the client (librdkafka 2.15: "an offset reset must be
    /// triggered") would skip as much of it as it had read of the old one.
    /// </summary>
    public void StartOver() => _startsOver = true;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Begin();
        _left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _poller = new Thread(Run) { IsBackground = true, Name = context.Group };
        _poller.Start();
        Gauges.Add(this);
        return Task.CompletedTask;
    }

    /// <summary>Takes no more, waits for the batch in hand, commits, leaves the group.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Gauges.Remove(this);
        await _stop.CancelAsync();
        if (_left is not null)
            await _left.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        // A stop that could not wait leaves the thread to end by itself, with what it still needs.
        if (_left is { Task.IsCompleted: false })
            return;
        _stop.Dispose();
        _worker?.Dispose();
        _consumer?.Dispose();
    }

    private void Begin()
    {
        _fatal = null;
        _assignments = new Assignments();
        _buffer = Channel.CreateBounded<Received>(
            new BoundedChannelOptions(2 * context.Options.MaxBatchSize) { SingleReader = true, SingleWriter = true });
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(_config)
            .SetErrorHandler((_, error) => OnError(error))
            .SetLogHandler((_, message) => LogClient(context.Group, message.Facility, message.Message))
            .SetPartitionsAssignedHandler((_, partitions) => Joined(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => GiveUp(partitions, lost: false))
            .SetPartitionsLostHandler((_, partitions) => GiveUp(partitions, lost: true))
            .Build();
        _worker = new BatchWorker(_consumer, _buffer.Reader, _assignments, context, routes);
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                Consume();
                if (_stop.Token.WaitHandle.WaitOne(PauseBeforeNext))
                    return;
                _worker.Dispose();
                _consumer.Dispose();
                Begin();
            }
        }
        finally
        {
            _left!.SetResult();
        }
    }

    /// <summary>Returns when the service stops, or the client fails for good.</summary>
    private void Consume()
    {
        try
        {
            _consumer.Subscribe(context.Topic);
            while (!_stop.IsCancellationRequested && _fatal is null)
            {
                if (_startsOver)
                    SeekBeginning();
                if (Poll(PollTimeout) is { } received)
                    Buffer(received);
            }
        }
        finally
        {
            _isMember = false;
            if (_fatal is { } fatal)
                Replace(fatal);
            _worker.Stop(context.Options.DrainTimeout);
            Leave();
        }
    }

    private void Replace(Error fatal)
    {
        LogFatal(context.Group, fatal.Code, fatal.Reason);
        // It would fence the other one in turn, and so on for ever. As an ordinary member it shares the work.
        if (fatal.Code == ErrorCode.FencedInstanceId)
            _config.GroupInstanceId = null;
        _worker.Abandon();
    }

    private void Leave()
    {
        try
        {
            _consumer.Close();
        }
        catch (KafkaException e)
        {
            // The broker is away: the group finds out by itself, and what is not committed is read again.
            LogError(context.Group, e.Error.Code, e.Error.Reason);
        }
    }

    private void SeekBeginning()
    {
        _startsOver = false;
        LogStartsOver(context.Group, context.Topic);
        foreach (var partition in _consumer.Assignment)
        {
            try
            {
                _consumer.Seek(new TopicPartitionOffset(partition, Offset.Beginning));
            }
            catch (KafkaException e)
            {
                // It is being assigned or given up. Whoever gets it begins there, too: the group's offsets were deleted with the topic.
                OnError(e.Error);
            }
        }
    }

    private Received? Poll(TimeSpan timeout)
    {
        try
        {
            if (_consumer.Consume(timeout) is not { } result)
                return null;
            if (_next.TryGetValue(result.Partition, out var next) && next != result.Offset)
                Compare(next, result);
            _next[result.Partition] = result.Offset + 1;
            return new(result, _assignments.Current(result.Partition));
        }
        catch (KafkaException e)
        {
            // The client goes on by itself, unless it is fatal; an error here is news, for example that the topic does not exist yet.
            OnError(e.Error);
            return null;
        }
    }

    /// <summary>Hands a record to the worker. While the worker is far behind, the partitions are paused and polling goes on without them.</summary>
    private void Buffer(Received received)
    {
        if (_buffer.Writer.TryWrite(received) || (WaitForRoom() && _buffer.Writer.TryWrite(received)))
            return;
        var overflow = new Queue<Received>([received]);
        _consumer.Pause(_consumer.Assignment);
        while (overflow.TryPeek(out var next) && !_stop.IsCancellationRequested && _fatal is null)
        {
            if (_buffer.Writer.TryWrite(next))
                overflow.Dequeue();
            // A partition that was assigned just now is not paused yet.
            else if (Poll(PollTimeout) is { } more)
            {
                overflow.Enqueue(more);
                _consumer.Pause(_consumer.Assignment);
            }
        }
        if (_fatal is null)
            _consumer.Resume(_consumer.Assignment);
    }

    private bool WaitForRoom()
    {
        var room = _buffer.Writer.WaitToWriteAsync(_stop.Token).AsTask();
        return Task.WaitAny([room], PollTimeout) == 0 && room.IsCompletedSuccessfully;
    }

    private void OnError(Error error)
    {
        if (error.IsFatal)
            (_fatal, _isMember) = (error, false);
        // That no broker is left comes with every attempt, many a second; why each was lost, which is news, comes once.
        else if (error.Code != ErrorCode.Local_AllBrokersDown)
            LogError(context.Group, error.Code, error.Reason);
    }

    private void Joined(List<TopicPartition> partitions)
    {
        LogAssigned(context.Group, string.Join(',', partitions.Select(p => p.Partition.Value)));
        _isMember = true;
        foreach (var partition in partitions)
            _next.Remove(partition.Partition);
        if (partitions.Count == 0)
            return;
        try
        {
            foreach (var committed in _consumer.Committed(partitions, Timeout).Where(committed => !committed.Offset.IsSpecial))
                _next[committed.Partition] = committed.Offset;
        }
        catch (KafkaException e)
        {
            // Then nobody knows what should come, and what comes is right.
            LogError(context.Group, e.Error.Code, e.Error.Reason);
        }
    }

    /// <summary>Another record than the next one comes. It may be read again after a pause, which is nothing.</summary>
    private void Compare(Offset next, ConsumeResult<byte[]?, byte[]?> result)
    {
        WatermarkOffsets log;
        try
        {
            // The result itself has no topic: settings.Consumer leaves it out.
            log = _consumer.QueryWatermarkOffsets(new(context.Topic, result.Partition), Timeout);
        }
        catch (KafkaException e)
        {
            LogError(context.Group, e.Error.Code, e.Error.Reason);
            return;
        }
        string what;
        if (result.Offset.Value < next.Value && log.High.Value < next.Value)
            what = $"partition {result.Partition.Value} has lost records: {next.Value} was to come, and {result.Offset.Value} comes.";
        else if (result.Offset.Value > next.Value && log.Low.Value > next.Value)
            what = $"records {next.Value} to {result.Offset.Value - 1} of partition {result.Partition.Value} are gone, and were not read.";
        else
            return;
        LogLost(context.Group, what);
        MessagingMetrics.LogLosses.Add(
            1, new("messaging.consumer.group.name", context.Group), new("messaging.destination.name", context.Topic));
        _loss.Tell(what);
    }

    /// <summary>
    /// Runs on the polling thread, before the group gives the partitions to another member: what is in hand is finished and its offsets
    /// are stored (the client commits them when this returns), what is only buffered is left to the next owner.
    /// </summary>
    private void GiveUp(List<TopicPartitionOffset> partitions, bool lost)
    {
        LogRevoked(context.Group, string.Join(',', partitions.Select(p => p.Partition.Value)), lost ? "lost" : "revoked");
        _assignments.End(partitions.Select(p => p.Partition));
        _isMember &= !lost;
        if (lost)
            _worker.Abandon();
        else
            _worker.Finish(context.Options.DrainTimeout);
    }

    [LoggerMessage(LogLevel.Warning, "{Group}: {Code}: {Reason}")]
    private partial void LogError(string group, ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Error, "{Group}: {What} Its publisher can tell the state of its documents again (POST /retell).")]
    private partial void LogLost(string group, string what);

    [LoggerMessage(LogLevel.Error, "{Group}: the consumer is replaced after a fatal error: {Code}: {Reason}")]
    private partial void LogFatal(string group, ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Warning, "{Group}: topic {Topic} was made again, reading it from its beginning")]
    private partial void LogStartsOver(string group, string topic);

    [LoggerMessage(LogLevel.Debug, "{Group}: {Facility}: {Message}")]
    private partial void LogClient(string group, string facility, string message);

    [LoggerMessage(LogLevel.Debug, "{Group}: assigned partitions {Partitions}")]
    private partial void LogAssigned(string group, string partitions);

    [LoggerMessage(LogLevel.Debug, "{Group}: partitions {Partitions} {How}")]
    private partial void LogRevoked(string group, string partitions, string how);
}
