using System.Diagnostics;
using System.Diagnostics.Metrics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging.Publishing;

/// <summary>
/// The service's one producer. A full local queue is back-pressure, not an error. A fatal error of the idempotent producer (librdkafka:
/// <c>rd_kafka_fatal_error</c>) ends that instance: another takes its place, and what it had not delivered is reported as failed and sent
/// again.
/// </summary>
internal sealed partial class EventProducer : IDisposable, IGauged
{
    private static readonly TimeSpan QueueFullPause = TimeSpan.FromMilliseconds(5);

    // What is fatal to one may be so to the next, for example that it has no right to write.
    private static readonly TimeSpan PauseBeforeNext = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly ProducerConfig _config;
    private readonly ILogger _logger;
    private volatile IProducer<byte[]?, byte[]?>? _producer;
    private long _unanswered;

    /// <exception cref="InvalidOperationException">The client does not accept a setting. It is found out now, and not with the first event.</exception>
    public EventProducer(KafkaSettings settings, ILogger<EventProducer> logger)
    {
        (_config, _logger) = (settings.Producer(), logger);
        Create();
    }

    IEnumerable<Measurement<long>> IGauged.ProducerQueue => [new(Math.Max(0, Interlocked.Read(ref _unanswered)))];

    /// <summary>Hands a message to the producer. The handler hears once whether the broker acknowledged it.</summary>
    /// <exception cref="ProduceException{TKey,TValue}">
    /// The message cannot be sent as it is, for example because it is too large; or the producer has failed, and will be replaced.
    /// </exception>
    public async ValueTask ProduceAsync(TopicPartition to, Message<byte[]?, byte[]?> message, Action<DeliveryReport<byte[]?, byte[]?>> handler)
    {
        while (true)
        {
            var producer = _producer ?? Create();
            try
            {
                producer.Produce(to, message, handler);
                Interlocked.Increment(ref _unanswered);
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                await Task.Delay(QueueFullPause);
            }
            catch (Exception e) when (e is KafkaException or ObjectDisposedException && producer != _producer)
            {
                // Another one took its place in the meantime.
            }
        }
    }

    /// <summary>The broker has answered one of the messages.</summary>
    public void Answered() => Interlocked.Decrement(ref _unanswered);

    /// <summary>Sends one message and waits for the broker's answer.</summary>
    /// <returns>Where it is, or the error.</returns>
    public async Task<TopicPartitionOffsetError> DeliverAsync(
        TopicPartition to, Message<byte[]?, byte[]?> message, CancellationToken cancellation)
    {
        var delivered = new TaskCompletionSource<TopicPartitionOffsetError>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var span = EventTelemetry.StartSend(to.Topic, message);
        TopicPartitionOffsetError answer;
        try
        {
            await ProduceAsync(to, message, report =>
            {
                Answered();
                delivered.SetResult(report.TopicPartitionOffsetError);
            });
            answer = await delivered.Task.WaitAsync(cancellation);
        }
        catch (KafkaException e)
        {
            answer = new(to, Offset.Unset, e.Error);
        }
        if (answer.Error is { IsError: true } error)
            span?.SetTag("error.type", error.Code.ToString()).SetStatus(ActivityStatusCode.Error, error.Reason);
        return answer;
    }

    /// <summary>Waits until the broker acknowledged everything, or the time is up.</summary>
    public void Flush(TimeSpan timeout) => _producer?.Flush(timeout);

    /// <summary>Asks the brokers for their metadata.</summary>
    /// <exception cref="KafkaException">None answered in time.</exception>
    public void Ping(TimeSpan timeout)
    {
        using var client = new DependentAdminClientBuilder((_producer ?? Create()).Handle).Build();
        client.GetMetadata(timeout);
    }

    public void Dispose()
    {
        Gauges.Remove(this);
        _producer?.Dispose();
    }

    private IProducer<byte[]?, byte[]?> Create()
    {
        lock (_lock)
        {
            Gauges.Add(this);
            return _producer ??= new ProducerBuilder<byte[]?, byte[]?>(_config)
                .SetErrorHandler(OnError)
                .SetLogHandler((_, message) => LogClient(message.Facility, message.Message))
                .Build();
        }
    }

    // A fatal error is told here, once. What is produced afterwards fails, too, but its error does not say that it is fatal.
    private void OnError(IProducer<byte[]?, byte[]?> producer, Error error)
    {
        if (error.IsFatal)
            _ = ReplaceAsync(producer, error);
        // That no broker is left comes with every attempt, many a second; why each was lost, which is news, comes once.
        else if (error.Code != ErrorCode.Local_AllBrokersDown)
            LogError(error.Code, error.Reason);
    }

    private async Task ReplaceAsync(IProducer<byte[]?, byte[]?> broken, Error error)
    {
        LogFatal(error.Code, error.Reason);
        await Task.Delay(PauseBeforeNext);
        lock (_lock)
        {
            if (_producer != broken)
                return;
            _producer = null;
        }
        // It reports the fate of every message that it still holds; without those reports their documents would wait for ever.
        while (broken.Flush(TimeSpan.Zero) > 0)
            await Task.Delay(PauseBeforeNext);
        broken.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "Kafka producer: {Code}: {Reason}")]
    private partial void LogError(ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Debug, "Kafka producer: {Facility}: {Message}")]
    private partial void LogClient(string facility, string message);

    [LoggerMessage(LogLevel.Error, "Kafka producer is replaced after a fatal error: {Code}: {Reason}")]
    private partial void LogFatal(ErrorCode code, string reason);
}
