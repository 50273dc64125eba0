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

    /// <summary>The group gets partitions. What it has committed is what should come.</summary>
    public void Assigned(List<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            _next.Remove(partition.Partition);
        if (partitions.Count == 0)
            return;
        try
        {
            foreach (var committed in consumer.Committed(partitions, Timeout).Where(committed => !committed.Offset.IsSpecial))
                _next[committed.Partition] = committed.Offset;
        }
        catch (KafkaException e)
        {
            // Then nobody knows what should come, and what comes is right.
            LogUnknown(context.Group, e.Error.Code, e.Error.Reason);
        }
    }

    /// <summary>A record comes.</summary>
    /// <returns>What is lost, if anything is.</returns>
    public string? Advance(ConsumeResult<byte[]?, byte[]?> result)
    {
        var lost = _next.TryGetValue(result.Partition, out var next) && next != result.Offset ? Compare(next, result) : null;
        _next[result.Partition] = result.Offset + 1;
        return lost;
    }

    // It may be one that is read again after a pause, which is nothing.
    private string? Compare(Offset next, ConsumeResult<byte[]?, byte[]?> result)
    {
        try
        {
            // The result itself has no topic: settings.Consumer leaves it out.
            var log = consumer.QueryWatermarkOffsets(new(context.Topic, result.Partition), Timeout);
            return result.Offset.Value < next.Value && log.High.Value < next.Value
                ? $"partition {result.Partition.Value} has lost records: {next.Value} was to come, and {result.Offset.Value} comes."
                : result.Offset.Value > next.Value && log.Low.Value > next.Value
                ? $"records {next.Value} to {result.Offset.Value - 1} of partition {result.Partition.Value} are gone, and were not read."
                : null;
        }
        catch (KafkaException e)
        {
            LogUnknown(context.Group, e.Error.Code, e.Error.Reason);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Group}: whether records are lost is not known: {Code}: {Reason}")]
    private partial void LogUnknown(string group, ErrorCode code, string reason);
}
