using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>What a group does with the records of a batch.</summary>
internal interface IBatch
{
    void Add(ConsumeResult<byte[]?, byte[]?> result);

    /// <summary>Returns when their offsets may be stored.</summary>
    Task ProcessAsync(CancellationToken cancellation);

    /// <summary>Ready for the next batch, also if this one was given up.</summary>
    void Clear();
}

/// <summary>
/// Records that are appended as they are. None is to blame when that fails, so all of them are tried again for as long as it takes.
/// </summary>
internal sealed partial class SinkBatch(GroupContext context, Sink sink) : IBatch
{
    private readonly ILogger _logger = context.Logger;
    private readonly List<RawRecord> _records = [];

    public void Add(ConsumeResult<byte[]?, byte[]?> result) => _records.Add(new(sink.Topics[0].Name, result));

    public async Task ProcessAsync(CancellationToken cancellation)
    {
        for (var attempt = 1; _records.Count > 0; attempt++)
        {
            try
            {
                await sink.AppendAsync(context.Services, _records, cancellation);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogOutage(e, context.Group, _records.Count, context.Topic);
                await Task.Delay(context.Options.BackoffBefore(attempt), context.Time, cancellation);
            }
        }
    }

    public void Clear() => _records.Clear();

    [LoggerMessage(LogLevel.Warning, "{Group}: {Count} records of {Topic} cannot be appended; trying again")]
    private partial void LogOutage(Exception exception, string group, int count, string topic);
}
