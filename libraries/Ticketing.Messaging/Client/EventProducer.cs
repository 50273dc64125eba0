using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging;

/// <summary>
/// The service's one producer. What the client has no room for waits; that is back-pressure, not an error. A fatal error of the idempotent
/// producer (librdkafka: <c>rd_kafka_fatal_error</c>) ends that instance: another takes its place, and what it had not delivered is reported
/// as failed and sent again.
/// </summary>
internal sealed partial class EventProducer : IDisposable
{
    // What is fatal to one may be so to the next, for example that it has no right to write.
    private static readonly TimeSpan PauseBeforeNext = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Lock _pings = new();
    private readonly ProducerConfig _config;
    private readonly ILogger _logger;
    private readonly ProducerQueue _queue;
    private readonly ErrorNews _errors = new(TimeProvider.System);

    // What no client has told the fate of.
    private readonly HashSet<Sent> _sent = [];
    private volatile IProducer<byte[]?, byte[]?>? _producer;

    /// <exception cref="InvalidOperationException">The client does not accept a setting. It is found out now, and not with the first event.</exception>
    public EventProducer(KafkaSettings settings, ILogger<EventProducer> logger)
    {
        (_config, _logger) = (settings.Producer(), logger);
        // The defaults are the client's.
        _queue = new(_config.QueueBufferingMaxMessages ?? 100_000, 1024L * (_config.QueueBufferingMaxKbytes ?? 1024 * 1024));
        // What waits, waits here: the client throws for each message that it has no room for, with every try.
        (_config.QueueBufferingMaxMessages, _config.QueueBufferingMaxKbytes) = (0, int.MaxValue);
        Create();
    }

    /// <summary>How far the logs reach that it writes.</summary>
    public LogEnds Ends { get; } = new();

    /// <summary>How many messages the broker has not answered.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Hands a message to the client, as soon as there is room. The handler hears once whether the broker acknowledged it.</summary>
    /// <exception cref="ProduceException{TKey,TValue}">
    /// The message cannot be sent as it is, for example because it is too large; or the producer has failed, and will be replaced.
    /// </exception>
    public async ValueTask ProduceAsync(TopicPartition to, Message<byte[]?, byte[]?> message, Action<DeliveryReport<byte[]?, byte[]?>> handler)
    {
        var bytes = message.Value?.Length ?? 0;
        await _queue.EnterAsync(bytes);
        while (true)
        {
            var producer = _producer ?? Create();
            var sent = new Sent(producer, to, bytes, handler);
            lock (_sent)
                _sent.Add(sent);
            try
            {
                producer.Produce(to, message, report => End(sent, report));
                return;
            }
            catch (Exception e) when (e is KafkaException or ObjectDisposedException && producer != _producer)
            {
                // Another one took its place in the meantime, and may have told that this one failed.
                lock (_sent)
                    if (!_sent.Remove(sent))
                        return;
            }
            catch
            {
                lock (_sent)
                    _sent.Remove(sent);
                _queue.Leave(bytes);
                throw;
            }
        }
    }

    /// <summary>
    /// A topic was deleted and made again. The client keeps the old topic's leader epochs, and ignores every leader of the new one whose epoch is
    /// less (librdkafka: "ignoring outdated metadata update"), for ever. So another client goes on, and what this one holds is sent again.
    /// </summary>
    public void Renew(string topic)
    {
        IProducer<byte[]?, byte[]?>? outdated;
        lock (_lock)
            (outdated, _producer) = (_producer, null);
        if (outdated is null)
            return;
        LogRenewed(topic);
        _ = EndAsync(outdated);
    }

    private async Task EndAsync(IProducer<byte[]?, byte[]?> outdated)
    {
        // Whoever has just begun to use it is done by then.
        await Task.Delay(PauseBeforeNext);
        lock (_pings)
            outdated.Dispose();
        Sent[] left;
        lock (_sent)
            left = [.. _sent.Where(sent => sent.Producer == outdated)];
        foreach (var sent in left)
            End(sent, new() { Topic = sent.To.Topic, Partition = sent.To.Partition, Offset = Offset.Unset, Error = new(ErrorCode.Local_Outdated) });
    }

    private void End(Sent sent, DeliveryReport<byte[]?, byte[]?> report)
    {
        lock (_sent)
            if (!_sent.Remove(sent))
                return;
        _queue.Leave(sent.Bytes);
        if (!report.Error.IsError)
            Ends.Acknowledged(report.TopicPartitionOffset);
        sent.Handler(report);
    }

    /// <summary>Sends one message and waits for the broker's answer.</summary>
    /// <returns>Where it is, or the error.</returns>
    public async Task<TopicPartitionOffsetError> DeliverAsync(
        TopicPartition to, Message<byte[]?, byte[]?> message, CancellationToken cancellation)
    {
        var delivered = new TaskCompletionSource<TopicPartitionOffsetError>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var span = StartSend(to.Topic, message);
        TopicPartitionOffsetError answer;
        try
        {
            await ProduceAsync(to, message, report => delivered.SetResult(report.TopicPartitionOffsetError));
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

    /// <summary>Asks the brokers for their metadata. The client that is asked is not disposed of meanwhile.</summary>
    /// <exception cref="KafkaException">None answered in time.</exception>
    public Metadata Ping(TimeSpan timeout)
    {
        lock (_pings)
        {
            using var client = new DependentAdminClientBuilder((_producer ?? Create()).Handle).Build();
            return client.GetMetadata(timeout);
        }
    }

    public void Dispose() => _producer?.Dispose();

    /// <summary>In the trace of who sends it, linked with the creation context of the event that it has, as a dead letter does.</summary>
    private static Activity? StartSend(string topic, Message<byte[]?, byte[]?> message)
    {
        if (!MessagingMetrics.Source.HasListeners())
            return null;
        var (created, _) = TraceParent.Read(message.Headers);
        var links = created == default ? null : new[] { new ActivityLink(created) };
        return MessagingMetrics.Source.StartActivity(
            ActivityKind.Client, default,
            [
                new("messaging.system", "kafka"),
                new("messaging.operation.name", "send"),
                new("messaging.operation.type", "send"),
                new("messaging.destination.name", topic),
            ],
            links, name: $"send {topic}");
    }

    private IProducer<byte[]?, byte[]?> Create()
    {
        lock (_lock)
        {
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
        else if (_errors.IsNews(error))
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

    [LoggerMessage(LogLevel.Warning, "Kafka producer is replaced: topic {Topic} was made again")]
    private partial void LogRenewed(string topic);

    [LoggerMessage(LogLevel.Error, "Kafka producer is replaced after a fatal error: {Code}: {Reason}")]
    private partial void LogFatal(ErrorCode code, string reason);

    /// <summary>A message that a client holds.</summary>
    private sealed class Sent(
        IProducer<byte[]?, byte[]?> producer, TopicPartition to, int bytes, Action<DeliveryReport<byte[]?, byte[]?>> handler)
    {
        public IProducer<byte[]?, byte[]?> Producer => producer;

        public TopicPartition To => to;

        public int Bytes => bytes;

        public Action<DeliveryReport<byte[]?, byte[]?>> Handler => handler;
    }
}
