using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>
/// One client that is a member of a group. The thread that runs it polls, so that the group never loses this member to long work; beside it, one
/// batch at a time is handled and its offsets are stored when all of it is written, so that a commit never passes work that is not.
/// </summary>
internal sealed partial class GroupMember : IDisposable
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly GroupContext _context;
    private readonly ILogger _logger;
    private readonly RecentTrouble _trouble;
    private readonly NewLogs _newLogs;
    private readonly int _log;
    private readonly CancellationToken _stop;
    private readonly Assignments _assignments = new();
    private readonly Channel<Received> _buffer;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly Positions _positions;
    private readonly OtherShops? _others;
    private readonly BatchWorker _worker;

    // Beginnings of new logs that the group is to commit, although it was further in the old ones.
    private readonly Dictionary<Partition, TopicPartitionOffset> _begins = [];
    private long _looked;

    // Whether the group has given this member its share, which may be no partition at all, and has not expelled it since.
    private volatile bool _isMember;
    private volatile Error? _fatal;

    public GroupMember(ConsumerConfig config, GroupContext context, RecentTrouble trouble, NewLogs newLogs, CancellationToken stop)
    {
        (_context, _logger, _trouble, _newLogs, _log, _stop) = (context, context.Logger, trouble, newLogs, newLogs.Current, stop);
        _buffer = Channel.CreateBounded<Received>(
            new BoundedChannelOptions(2 * context.Options.MaxBatchSize) { SingleReader = true, SingleWriter = true });
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetErrorHandler((_, error) => OnError(error))
            .SetLogHandler((_, message) => LogClient(context.Group, message.Facility, message.Message))
            .SetPartitionsAssignedHandler((_, partitions) => Joined(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => GiveUp(partitions, lost: false))
            .SetPartitionsLostHandler((_, partitions) => GiveUp(partitions, lost: true))
            .Build();
        _positions = new(_consumer, context);
        // What is only appended may come from anywhere.
        _others = context.Sink is null ? new(context) : null;
        _worker = new BatchWorker(_consumer, _buffer.Reader, _assignments, context);
    }

    public bool IsMember => _isMember;

    /// <summary>How long the batch in hand has been in hand; nothing if there is none.</summary>
    public TimeSpan BatchAge => _worker.Age;

    // This client keeps the old topic's leader epochs, and ignores every leader of the new one whose epoch is less (librdkafka: "ignoring outdated
    // metadata update"). So another goes on.
    private bool IsOutdated => _log != _newLogs.Current;

    /// <summary>Takes part in the group until it is to stop, finishes the batch in hand, commits and leaves.</summary>
    /// <returns>Why another client has to go on, if one has to: a fatal error, or another log. What was in hand is read again.</returns>
    public Error? Run()
    {
        _worker.Start();
        try
        {
            _consumer.Subscribe(_context.Topic);
            while (!_stop.IsCancellationRequested && _fatal is null && !IsOutdated)
            {
                LookNowAndThen();
                if (Poll() is { } received)
                    Buffer(received);
            }
        }
        finally
        {
            _isMember = false;
            if (_fatal is not null)
                _worker.Abandon();
            _worker.Stop(_context.Options.DrainTimeout);
            Leave();
        }
        return _fatal ?? (IsOutdated ? new Error(ErrorCode.Local_Outdated, $"{_context.Topic} has another log.") : null);
    }

    public void Dispose()
    {
        _worker.Dispose();
        _consumer.Dispose();
    }

    private void Leave()
    {
        try
        {
            if (IsOutdated)
                TakeBack();
            _consumer.Close();
        }
        catch (KafkaException e)
        {
            // The broker is away: the group finds out by itself, and what is not committed is read again.
            LogError(_context.Group, e.Error.Code, e.Error.Reason);
        }
    }

    /// <summary>
    /// Whoever gets the partitions until another client begins them may not know of the new logs. The client itself commits nothing that is less than
    /// before, but once what is stored is less, it commits no more than that when it closes.
    /// </summary>
    private void TakeBack()
    {
        foreach (var partition in _consumer.Assignment)
        {
            try
            {
                _consumer.StoreOffset(_begins[partition.Partition] = new(partition, 0));
            }
            catch (KafkaException e)
            {
                // It is being given up.
                OnError(e.Error);
            }
        }
        CommitBegins();
    }

    private void LookNowAndThen()
    {
        if (_context.Time.GetElapsedTime(_looked) < LookPeriod)
            return;
        _looked = _context.Time.GetTimestamp();
        if (_positions.FindLost() is { Count: > 0 } lost)
        {
            lost.ForEach(Lost);
            _newLogs.Expect();
        }
        CommitBegins();
    }

    private void CommitBegins()
    {
        if (_begins.Count == 0)
            return;
        try
        {
            _consumer.Commit(_begins.Values);
            _begins.Clear();
        }
        catch (KafkaException e)
        {
            // The coordinator is away. It is done a little later.
            OnError(e.Error);
        }
    }

    private Received? Poll()
    {
        try
        {
            if (_consumer.Consume(PollTimeout) is not { } result)
                return null;
            if (_positions.Advance(result) is { } lost)
            {
                Lost(lost.What);
                if (lost.IsAnotherLog)
                {
                    // It may be anywhere in the new log.
                    _newLogs.Expect();
                    return null;
                }
            }
            if (_others?.See(result) is { } mixed)
            {
                LogMixed(_context.Group, mixed);
                _trouble.Tell(mixed, isOver: false);
            }
            return new(result, _assignments.Current(result.Partition));
        }
        catch (KafkaException e)
        {
            // The client goes on by itself, unless it is fatal; an error here is news, for example that the topic does not exist yet.
            OnError(e.Error);
            return null;
        }
    }

    private void Lost(string what)
    {
        if (_context.Sink is null)
            LogLost(_context.Group, what);
        else
            LogMissed(_context.Group, what);
        MessagingMetrics.LogLosses.Add(
            1, new("messaging.consumer.group.name", _context.Group), new("messaging.destination.name", _context.Topic));
        _trouble.Tell(what, isOver: true);
    }

    /// <summary>Hands a record to the worker. While the worker is far behind, the partitions are paused and polling goes on without them.</summary>
    private void Buffer(Received received)
    {
        if (_buffer.Writer.TryWrite(received) || (WaitForRoom() && _buffer.Writer.TryWrite(received)))
            return;
        var overflow = new Queue<Received>([received]);
        _consumer.Pause(_consumer.Assignment);
        while (overflow.TryPeek(out var next) && !_stop.IsCancellationRequested && _fatal is null && !IsOutdated)
        {
            if (_buffer.Writer.TryWrite(next))
                overflow.Dequeue();
            // A partition that was assigned just now is not paused yet.
            else if (Poll() is { } more)
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
        var room = _buffer.Writer.WaitToWriteAsync(_stop).AsTask();
        return Task.WaitAny([room], PollTimeout) == 0 && room.IsCompletedSuccessfully;
    }

    private void OnError(Error error)
    {
        if (error.IsFatal)
            (_fatal, _isMember) = (error, false);
        else if (_context.Errors.IsNews(error))
            LogError(_context.Group, error.Code, error.Reason);
    }

    /// <returns>Where the partitions are read from.</returns>
    private IEnumerable<TopicPartitionOffset> Joined(List<TopicPartition> partitions)
    {
        LogAssigned(_context.Group, string.Join(',', partitions.Select(p => p.Partition.Value)));
        _isMember = true;
        var anew = partitions.FindAll(p => _newLogs.Begin(p.Partition));
        foreach (var partition in anew)
        {
            _begins[partition.Partition] = new(partition, 0);
            _positions.Restart(partition.Partition);
        }
        // At once: another member that gets them before this one has read anything would skip as much of them as was read of the old ones.
        CommitBegins();
        _positions.Assigned([.. partitions.Except(anew)]);
        return [.. partitions.Select(p => new TopicPartitionOffset(p, anew.Contains(p) ? Offset.Beginning : Offset.Unset))];
    }

    /// <summary>
    /// Runs on the polling thread, before the group gives the partitions to another member: what is in hand is finished and its offsets
    /// are stored (the client commits them when this returns), what is only buffered is left to the next owner.
    /// </summary>
    private void GiveUp(List<TopicPartitionOffset> partitions, bool lost)
    {
        LogRevoked(_context.Group, string.Join(',', partitions.Select(p => p.Partition.Value)), lost ? "lost" : "revoked");
        _assignments.End(partitions.Select(p => p.Partition));
        foreach (var partition in partitions)
            _begins.Remove(partition.Partition);
        _isMember &= !lost;
        if (lost)
            _worker.Abandon();
        else
            _worker.Finish(_context.Options.DrainTimeout);
    }

    [LoggerMessage(LogLevel.Warning, "{Group}: {Code}: {Reason}")]
    private partial void LogError(string group, ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Error, "{Group}: {What} Its publisher can tell the state of its documents again (POST /retell).")]
    private partial void LogLost(string group, string what);

    [LoggerMessage(LogLevel.Error, "{Group}: {What}")]
    private partial void LogMissed(string group, string what);

    [LoggerMessage(LogLevel.Error, "{Group}: {What}")]
    private partial void LogMixed(string group, string what);

    [LoggerMessage(LogLevel.Debug, "{Group}: {Facility}: {Message}")]
    private partial void LogClient(string group, string facility, string message);

    [LoggerMessage(LogLevel.Debug, "{Group}: assigned partitions {Partitions}")]
    private partial void LogAssigned(string group, string partitions);

    [LoggerMessage(LogLevel.Debug, "{Group}: partitions {Partitions} {How}")]
    private partial void LogRevoked(string group, string partitions, string how);
}

/// <summary>A record as it came from the broker.</summary>
/// <param name="Result">The record.</param>
/// <param name="Assignment">Which assignment of its partition it belongs to; a record of an earlier one is given up.</param>
internal readonly record struct Received(ConsumeResult<byte[]?, byte[]?> Result, int Assignment);
