using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Ticketing.Contracts;
using Ticketing.Messaging.DeadLetters;
using Ticketing.Messaging.Publishing;

namespace Ticketing.Messaging.Consuming;

/// <summary>
/// Where a group puts what it could not handle: <c>topic.group.dead</c>, the record as it came with its key and headers, and besides
/// them where it came from, what went wrong and how often it was tried.
/// </summary>
internal sealed partial class DeadLetterQueue(
    string group, string topic, EventProducer producer, MessagingOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Returns when the broker has acknowledged the dead letter: only then may the group go past it.</summary>
    public async Task AddAsync(ConsumeResult<byte[]?, byte[]?> result, Exception error, int attempts, CancellationToken cancellation)
    {
        var message = new Message<byte[]?, byte[]?>
        {
            Key = result.Message.Key,
            Value = result.Message.Value,
            Headers = Headers(result, error, attempts),
        };
        for (var attempt = 1; ; attempt++)
        {
            var answer = await producer.DeliverAsync(Topics.DeadLetters(topic, group), message, cancellation);
            if (!answer.IsError)
                break;
            // The headers made it larger than the broker takes. They say where its payload is.
            if (answer.Code == ErrorCode.MsgSizeTooLarge && message.Value is { } payload)
            {
                message.Headers.Add(DeadLetterHeaders.OmittedBytes, Encoding.UTF8.GetBytes(payload.Length.ToString(CultureInfo.InvariantCulture)));
                message.Value = null;
                continue;
            }
            LogUndelivered(group, answer.Code, answer.Reason);
            await Task.Delay(options.BackoffBefore(attempt), time, cancellation);
        }
        MessagingMetrics.DeadLetters.Add(1, new KeyValuePair<string, object?>("messaging.consumer.group.name", group));
        LogDead(error, group, topic, result.Partition.Value, result.Offset.Value, attempts);
    }

    private Headers Headers(ConsumeResult<byte[]?, byte[]?> result, Exception error, int attempts)
    {
        var headers = new Headers();
        foreach (var header in result.Message.Headers ?? [])
            headers.Add(header.Key, header.GetValueBytes());
        Add(DeadLetterHeaders.Topic, topic);
        Add(DeadLetterHeaders.Partition, result.Partition.Value.ToString(CultureInfo.InvariantCulture));
        Add(DeadLetterHeaders.Offset, result.Offset.Value.ToString(CultureInfo.InvariantCulture));
        Add(DeadLetterHeaders.Group, group);
        Add(DeadLetterHeaders.Error, $"{error.GetType().Name}: {error.Message}");
        Add(DeadLetterHeaders.Attempts, attempts.ToString(CultureInfo.InvariantCulture));
        Add(DeadLetterHeaders.Time, time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        return headers;

        void Add(string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(value));
    }

    [LoggerMessage(LogLevel.Error, "{Group}: dead letter: {Topic} [{Partition}] @ {Offset} after {Attempts} attempts")]
    private partial void LogDead(Exception exception, string group, string topic, int partition, long offset, int attempts);

    [LoggerMessage(LogLevel.Warning, "{Group}: a dead letter was not delivered, trying again: {Code}: {Reason}")]
    private partial void LogUndelivered(string group, ErrorCode code, string reason);
}
