using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>
/// Where a group puts what it could not handle: <c>topic.group.dead</c>, the record as it came with its key and headers, and besides
/// them where it came from, what went wrong and how often it was tried.
/// </summary>
internal sealed partial class DeadLetterQueue(
    string group, string topic, EventProducer producer, MessagingOptions options, TimeProvider time, ILogger logger)
{
    private readonly TopicPartition _to = new(KafkaNames.DeadLetters(topic, group), Partition.Any);

    private volatile string? _problem;

    /// <summary>Why the group cannot go on: a dead letter does not reach its topic. Null while none is refused.</summary>
    public string? Problem => _problem;

    /// <summary>Returns when the broker has acknowledged the dead letter: only then may the group go past it.</summary>
    public async Task AddAsync(ConsumeResult<byte[]?, byte[]?> result, Exception error, int attempts, CancellationToken cancellation)
    {
        var message = new Message<byte[]?, byte[]?>
        {
            Key = result.Message.Key,
            Value = result.Message.Value,
            Headers = Headers(result, error, attempts),
        };
        try
        {
            await DeliverAsync(message, cancellation);
        }
        finally
        {
            _problem = null;
        }
        MessagingMetrics.DeadLetters.Add(1, new KeyValuePair<string, object?>("messaging.consumer.group.name", group));
        LogDead(error, group, topic, result.Partition.Value, result.Offset.Value, attempts);
    }

    private async Task DeliverAsync(Message<byte[]?, byte[]?> message, CancellationToken cancellation)
    {
        for (var attempt = 1; (await producer.DeliverAsync(_to, message, cancellation)).Error is { IsError: true } error; attempt++)
        {
            // The headers made it larger than the broker takes. They say where its payload is.
            if (error.Code == ErrorCode.MsgSizeTooLarge && message.Value is { } payload)
            {
                message.Headers.Add(DeadLetterHeaders.OmittedBytes, Encoding.UTF8.GetBytes(Invariant(payload.Length)));
                message.Value = null;
                continue;
            }
            LogUndelivered(group, error.Code, error.Reason);
            _problem = $"{group} waits until {_to.Topic} takes a dead letter: {error.Reason}";
            await Task.Delay(options.BackoffBefore(attempt), time, cancellation);
        }
    }

    private Headers Headers(ConsumeResult<byte[]?, byte[]?> result, Exception error, int attempts) => DeadLetterHeaders.Behind(
        result.Message.Headers ?? [],
        (DeadLetterHeaders.Topic, topic),
        (DeadLetterHeaders.Partition, Invariant(result.Partition.Value)),
        (DeadLetterHeaders.Offset, Invariant(result.Offset.Value)),
        (DeadLetterHeaders.Group, group),
        (DeadLetterHeaders.Error, $"{error.GetType().Name}: {error.Message}"),
        (DeadLetterHeaders.Attempts, Invariant(attempts)),
        (DeadLetterHeaders.Time, time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture)));

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(LogLevel.Error, "{Group}: dead letter: {Topic} [{Partition}] @ {Offset} after {Attempts} attempts")]
    private partial void LogDead(Exception exception, string group, string topic, int partition, long offset, int attempts);

    [LoggerMessage(LogLevel.Warning, "{Group}: a dead letter was not delivered, trying again: {Code}: {Reason}")]
    private partial void LogUndelivered(string group, ErrorCode code, string reason);
}
