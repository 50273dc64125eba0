using System.Diagnostics;
using Confluent.Kafka;
using Ticketing.Messaging;

namespace Ticketing.Cli;

/// <summary>Reads topics and prints their records. An offset is stored, and committed then, only after its record is printed.</summary>
internal sealed class Consumption : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // A member without partitions may get some from the others.
    private static readonly TimeSpan PatienceWithoutPartitions = TimeSpan.FromSeconds(5);

    private readonly Connection _connection;
    private readonly string? _group;
    private readonly IReadOnlyList<TopicPartition> _partitions;
    private readonly Offset _start;
    private readonly bool _untilEnd;
    private readonly RecordFilter _filter;
    private readonly RecordWriter _writer;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ErrorNews _errors = new(TimeProvider.System);

    private readonly HashSet<TopicPartition> _assigned = [];

    // Those whose last record has been read, of the ones that were there at the start.
    private readonly HashSet<TopicPartition> _ended = [];

    // Behind what is read and not stored yet.
    private readonly Dictionary<TopicPartition, Offset> _positions = [];
    private Dictionary<TopicPartition, long>? _ends;
    private long? _assignedSince;
    private bool _isDirty;
    private long _count;
    private int _unprinted;

    public Consumption(
        Connection connection, string? group, IReadOnlyList<TopicPartition> partitions, Offset start, bool untilEnd, RecordFilter filter, RecordWriter writer)
    {
        (_connection, _group, _partitions, _start, _untilEnd, _filter, _writer) = (connection, group, partitions, start, untilEnd, filter, writer);
        _consumer = connection.Consumer(group, config =>
        {
            config.EnablePartitionEof = untilEnd;
            config.AutoOffsetReset = start == Offset.Beginning ? AutoOffsetReset.Earliest : AutoOffsetReset.Latest;
            return new ConsumerBuilder<byte[]?, byte[]?>(config)
                .SetErrorHandler((_, error) => Tell(error))
                .SetPartitionsAssignedHandler((_, given) => Assigned(given))
                .SetPartitionsRevokedHandler((_, taken) => Revoked([.. taken.Select(one => one.TopicPartition)]))
                .SetPartitionsLostHandler((_, taken) => Lost([.. taken.Select(one => one.TopicPartition)]));
        });
    }

    public int Run(CancellationToken stop)
    {
        if (_untilEnd)
            _ends = _consumer.Find(Offset.End, _partitions);
        if (_group is null)
        {
            _assigned.UnionWith(_partitions);
            _consumer.Assign(_partitions.Select(partition => new TopicPartitionOffset(partition, _start)));
        }
        else
        {
            _consumer.Subscribe(_partitions.Select(partition => partition.Topic).Distinct());
        }
        try
        {
            while (!stop.IsCancellationRequested && !IsAtEnd)
                Step();
            Flush();
        }
        catch (IOException)
        {
            // Nobody reads the output any more, as behind `| head`. What was not printed is not committed.
            _positions.Clear();
            _isDirty = false;
        }
        finally
        {
            // Commits what is stored, and leaves the group.
            _consumer.Close();
        }
        Console.Error.WriteLine(_group is null ? $"{Records(_count)}" : $"{_group}: {Records(_count)}; committed, and left the group");
        return ExitCode.Done;
    }

    public void Dispose() => _consumer.Dispose();

    private bool IsAtEnd => _untilEnd && (_assigned.Count > 0
        ? _ended.IsSupersetOf(_assigned)
        : _assignedSince is { } since && Stopwatch.GetElapsedTime(since) > PatienceWithoutPartitions);

    private void Step()
    {
        ConsumeResult<byte[]?, byte[]?>? record;
        try
        {
            record = _consumer.Consume(_isDirty ? TimeSpan.Zero : Pause);
        }
        catch (ConsumeException e) when (e.Error is { IsFatal: false, Code: ErrorCode.Local_MaxPollExceeded })
        {
            // Whoever reads the output was slow, such as a pager: the group went on without this member, which joins again.
            Tell(e.Error);
            return;
        }
        if (record is null)
        {
            Flush();
            return;
        }
        var partition = record.TopicPartition;
        var end = _ends?[partition] ?? long.MaxValue;
        if (record.IsPartitionEOF || record.Offset >= end - 1)
            _ended.Add(partition);
        // What came later is for the next time.
        if (record.IsPartitionEOF || record.Offset >= end)
            return;
        if (_filter.Matches(record.Message))
        {
            _writer.Write(record);
            _unprinted++;
        }
        _positions[partition] = record.Offset + 1;
        _isDirty = true;
        if (_writer.IsFull)
            Flush();
    }

    private void Flush()
    {
        if (!_isDirty)
            return;
        _writer.Flush();
        (_count, _unprinted) = (_count + _unprinted, 0);
        if (_group is not null)
            foreach (var (partition, offset) in _positions)
                _consumer.StoreOffset(new TopicPartitionOffset(partition, offset));
        _positions.Clear();
        _isDirty = false;
    }

    private void Assigned(List<TopicPartition> given)
    {
        _assignedSince = Stopwatch.GetTimestamp();
        _assigned.UnionWith(given);
        if (given.Count > 0 || _assigned.Count == 0)
            Tell("assigned", given);
    }

    // The client commits what is stored of them right after this.
    private void Revoked(List<TopicPartition> taken)
    {
        try
        {
            Flush();
        }
        catch (IOException)
        {
            // The next write says so again.
        }
        Remove(taken);
        Tell("revoked", taken);
    }

    // Others have them already: whatever was read of them, they read again.
    private void Lost(List<TopicPartition> taken)
    {
        foreach (var partition in taken)
            _positions.Remove(partition);
        Remove(taken);
        Tell("lost", taken);
    }

    private void Remove(List<TopicPartition> taken)
    {
        _assigned.ExceptWith(taken);
        _ended.ExceptWith(taken);
    }

    private void Tell(string what, List<TopicPartition> partitions)
    {
        var topics = partitions.GroupBy(partition => partition.Topic)
            .Select(topic => $"[{_connection.InShop(topic.Key)}] {string.Join(", ", topic.Select(partition => partition.Partition.Value).Order())}");
        Console.Error.WriteLine($"{_group}: {what} {(partitions.Count == 0 ? "no partition" : string.Join(" ", topics))}");
    }

    private void Tell(Error error)
    {
        // Who is no member needs no right on any group.
        if ((_group is null && error.Code == ErrorCode.GroupAuthorizationFailed) || !_errors.IsNews(error))
            return;
        Console.Error.WriteLine($"warning: {error.Reason}");
    }

    private static string Records(long count) => count == 1 ? "1 record" : $"{count} records";
}
