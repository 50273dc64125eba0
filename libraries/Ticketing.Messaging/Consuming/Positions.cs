using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>
/// Notices that records are gone that a group has not read: deleted before it came to them, or lost with the log. It knows the next record of each
/// partition. For the polling thread.
/// </summary>
internal sealed partial class Positions(IConsumer<byte[]?, byte[]?> consumer, GroupContext context)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = context.Logger;
    private readonly Dictionary<Partition, Offset> _next = [];

    // Those of a log never become less.
    private readonly Dictionary<Partition, int> _epochs = [];

    /// <summary>The partition is read from its beginning.</summary>
    public void Restart(Partition partition)
    {
        _next.Remove(partition);
        _epochs.Remove(partition);
    }

    /// <summary>Looks for logs that end before the record that should come: a group that has read all of such a log gets none that shows it.</summary>
    /// <returns>What is lost.</returns>
    public List<string> FindLost()
    {
        var lost = new List<string>();
        try
        {
            foreach (var partition in consumer.Assignment)
            {
                // What the last fetch said costs no request. After a change of leaders it may be less than was read already.
                if (!_next.TryGetValue(partition.Partition, out var next) || !IsBefore(consumer.GetWatermarkOffsets(partition).High, next))
                    continue;
                var end = consumer.FindEnd(partition);
                if (end < next.Value)
                    lost.Add($"partition {partition.Partition.Value} has lost records: {next.Value} was to come, and {end} is the end.");
            }
        }
        catch (KafkaException e)
        {
            // Not fetched yet, or the topic is gone.
            LogNotFound(context.Group, e.Error.Code, e.Error.Reason);
        }
        return lost;
    }

    /// <summary>The group gets partitions. What it has committed is what should come.</summary>
    public void Assigned(List<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            Restart(partition.Partition);
        if (partitions.Count == 0)
            return;
        try
        {
            foreach (var committed in consumer.Committed(partitions, Timeout).Where(committed => !committed.Offset.IsSpecial))
            {
                _next[committed.Partition] = committed.Offset;
                if (committed.LeaderEpoch is { } epoch)
                    _epochs[committed.Partition] = epoch;
            }
        }
        catch (KafkaException e)
        {
            // Then nobody knows what should come, and what comes is right.
            LogUnknown(context.Group, e.Error.Code, e.Error.Reason);
        }
    }

    /// <summary>A record comes.</summary>
    /// <returns>What is lost, if anything is; and whether the whole log is.</returns>
    public (string What, bool IsAnotherLog)? Advance(ConsumeResult<byte[]?, byte[]?> result)
    {
        if (result.LeaderEpoch is { } epoch)
        {
            var isAnother = _epochs.TryGetValue(result.Partition, out var before) && epoch < before;
            _epochs[result.Partition] = epoch;
            if (isAnother)
                return ($"partition {result.Partition.Value} has lost records: it is another log.", true);
        }
        var lost = _next.TryGetValue(result.Partition, out var next) && next != result.Offset ? Compare(next, result) : null;
        _next[result.Partition] = result.Offset + 1;
        return lost is null ? null : (lost, result.Offset < next);
    }

    private static bool IsBefore(Offset end, Offset next) => !end.IsSpecial && end.Value < next.Value;

    // It may be one that is read again after a pause, which is nothing.
    private string? Compare(Offset next, ConsumeResult<byte[]?, byte[]?> result)
    {
        try
        {
            // The result itself has no topic: settings.Consumer leaves it out.
            var partition = new TopicPartition(context.Topic, result.Partition);
            return result.Offset.Value < next.Value && consumer.FindEnd(partition) < next.Value
                ? $"partition {result.Partition.Value} has lost records: {next.Value} was to come, and {result.Offset.Value} comes."
                : result.Offset.Value > next.Value && !IsCleaned(partition, next) && consumer.FindStart(partition) > next.Value
                ? $"records {next.Value} to {result.Offset.Value - 1} of partition {result.Partition.Value} are gone, and were not read."
                : null;
        }
        catch (KafkaException e)
        {
            LogUnknown(context.Group, e.Error.Code, e.Error.Reason);
            return null;
        }
    }

    // A compacted log is full of gaps. Where it began, the fetch of what comes has said, which costs no request.
    private bool IsCleaned(TopicPartition partition, Offset next) =>
        consumer.GetWatermarkOffsets(partition).Low is { IsSpecial: false } beginning && beginning.Value <= next.Value;

    [LoggerMessage(LogLevel.Warning, "{Group}: whether records are lost is not known: {Code}: {Reason}")]
    private partial void LogUnknown(string group, ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Debug, "{Group}: how far logs reach is not known: {Code}: {Reason}")]
    private partial void LogNotFound(string group, ErrorCode code, string reason);
}
