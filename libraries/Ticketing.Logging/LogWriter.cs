using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Logging;

/// <summary>
/// Writes buffered records to <see cref="Topics.Logs"/> in batches, with a producer of its own, so that events do not wait for log records. While the broker is
/// away, records that find no room are dropped; nothing else happens.
/// </summary>
internal sealed partial class LogWriter : IDisposable
{
    // Records that come within this time are one batch.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(1);

    private readonly string _service;
    private readonly LogOptions _options;
    private readonly KafkaSettings _settings;
    private readonly string _topic;
    private readonly LogMetrics _metrics;
    private readonly LogBuffer _buffer;
    private readonly ChannelReader<bool> _any;
    private readonly Func<ILogger> _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    private readonly LogCounts _told = new();

    // The callbacks of the records that the client holds.
    private readonly HashSet<Action<Error>> _held = [];
    private IProducer<Null, byte[]>? _producer;
    private volatile bool _hasTopic;
    private volatile bool _isOutdated;
    private volatile bool _isTelling;
    private bool _isFailing;
    private long _reported;

    public LogWriter(
        string service, LogOptions options, KafkaSettings settings, LogMetrics metrics, LogBuffer buffer, ChannelReader<bool> any, Func<ILogger> logger, TimeProvider time)
    {
        (_service, _options, _settings, _topic) = (service, options, settings, settings.Name(Topics.Logs));
        (_metrics, _buffer, _any, _logger, _time) = (metrics, buffer, any, logger, time);
        _running = Task.Run(RunAsync);
    }

    // The client holds no more: while the broker is away, the rest of the room is for more severe records.
    private int MostSent => Math.Max(1, _options.MaxRecords / 2);

    private int PerPeriod => (int)Math.Ceiling(_options.RecordsPerSecond * Period.TotalSeconds);

    private int Held
    {
        get
        {
            lock (_held)
                return _held.Count;
        }
    }

    private bool HasUntold => _metrics.Dropped.Total != _told.Total;

    /// <summary>Writes the buffered records, and gives up after a second: a service must stop in time.</summary>
    public void Dispose()
    {
        if (_stopping.IsCancellationRequested)
            return;
        _stopping.Cancel();
        var started = Stopwatch.GetTimestamp();
        // It may be waiting for an answer of the broker. Its client cannot be disposed of then.
        if (!_running.Wait(LongestStop))
            return;
        if (_hasTopic && _producer is { } producer)
        {
            Send(_options.MaxRecords);
            if (HasUntold)
                Tell();
            if (LongestStop - Stopwatch.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
                producer.Flush(left);
        }
        End();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (_buffer.Waiting == 0 && !HasUntold)
                    await _any.ReadAsync(_stopping.Token);
                await Task.Delay(Period, _stopping.Token);
                await PrepareAsync();
                Send(Math.Min(PerPeriod, MostSent - Held));
                if (HasUntold && !_isTelling && Stopwatch.GetElapsedTime(_reported) > ReportPeriod)
                    Tell();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The broker is away, or does not allow it.
                Failed(e.Message);
                await Task.Delay(PauseAfterFailure, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Makes the producer and the topic, if they are not there.</summary>
    private async Task PrepareAsync()
    {
        if (_isOutdated)
        {
            // It may hold what the broker never takes: its topic was deleted and made again, and it knows the leader of the old one.
            End();
            (_hasTopic, _isOutdated) = (false, false);
        }
        _producer ??= new ProducerBuilder<Null, byte[]>(Config()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        if (_hasTopic)
            return;
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        // The client's call blocks. Of all topics: to ask for one that is not there may make it.
        var known = await Task.Run(() => admin.GetMetadata(Attempt), _stopping.Token);
        if (!known.Topics.Exists(topic => topic.Topic == _topic && !topic.Error.IsError))
            await CreateAsync(admin);
        _hasTopic = true;
    }

    /// <summary>Ends the producer. What it holds is dropped.</summary>
    private void End()
    {
        _producer?.Dispose();
        _producer = null;
        Action<Error>[] left;
        lock (_held)
            left = [.. _held];
        foreach (var one in left)
            End(one, new(ErrorCode.Local_Outdated));
    }

    private void End(Action<Error> one, Error error)
    {
        lock (_held)
            if (!_held.Remove(one))
                return;
        one(error);
    }

    private async Task CreateAsync(IAdminClient admin)
    {
        try
        {
            await admin.CreateTopicsAsync(
                [
                    new()
                    {
                        Name = _topic,
                        NumPartitions = Topics.LogPartitions,
                        ReplicationFactor = _settings.ReplicationFactor,
                        Configs = new() { ["retention.ms"] = $"{Topics.LogRetention.TotalMilliseconds:F0}" },
                    },
                ],
                new() { RequestTimeout = Attempt, OperationTimeout = Attempt }).WaitAsync(_stopping.Token);
        }
        catch (CreateTopicsException e) when (e.Results.TrueForAll(r => r.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Another service was faster.
        }
    }

    private ProducerConfig Config()
    {
        var config = _settings.Producer();
        config.EnableIdempotence = false;
        config.Acks = Acks.Leader;
        // What waits comes all at once.
        config.LingerMs = 5;
        config.Partitioner = Partitioner.ConsistentRandom;
        config.CompressionType = CompressionType.Lz4;
        // A broker may be away for so long.
        config.MessageTimeoutMs = 300_000;
        config.QueueBufferingMaxMessages = 2 * _options.MaxRecords;
        return config;
    }

    private void Send(int most)
    {
        foreach (var (level, record) in _buffer.Take(most))
            Produce(record, error => Sent(level, record.Length, error));
    }

    private void Sent(LogLevel level, int bytes, Error error)
    {
        _buffer.Leave(bytes);
        (error.IsError ? _metrics.Dropped : _metrics.Written).Add(level);
        Note(error);
    }

    /// <summary>Reports how many were dropped since the last report. Counts whose report is lost are reported again.</summary>
    private void Tell()
    {
        var counts = _metrics.Dropped.ToArray().Select((count, level) => (Level: (LogLevel)level, Count: count - _told[(LogLevel)level])).Where(one => one.Count > 0).ToList();
        var total = counts.Sum(one => one.Count);
        var record = new LogRecord
        {
            Message = string.Create(CultureInfo.InvariantCulture, $"{total} log records were dropped: {string.Join(", ", counts.Select(one => $"{one.Count} {LogText.NameOf(one.Level)}"))}."),
            Timestamp = _time.GetUtcNow(),
            Service = _service,
            Level = LogText.NameOf(LogLevel.Warning),
            Category = LogMetrics.Name,
            Properties = counts.ToDictionary(one => LogText.NameOf(one.Level), one => (string?)one.Count.ToString(CultureInfo.InvariantCulture)),
        };
        Add(1);
        (_isTelling, _reported) = (true, Stopwatch.GetTimestamp());
        Produce(record.Serialize(), Told);

        void Told(Error error)
        {
            if (error.IsError)
                Add(-1);
            _isTelling = false;
            Note(error);
        }

        void Add(int sign)
        {
            foreach (var (level, count) in counts)
                _told.Add(level, sign * count);
        }
    }

    /// <summary>Hands a record to the client. The callback is called exactly once.</summary>
    private void Produce(byte[] record, Action<Error> onDelivered)
    {
        lock (_held)
            _held.Add(onDelivered);
        try
        {
            _producer!.Produce(_topic, new() { Value = record }, report => End(onDelivered, report.Error));
        }
        catch (KafkaException e)
        {
            End(onDelivered, e.Error);
        }
    }

    private void Note(Error error)
    {
        if (!error.IsError)
        {
            _isFailing = false;
            return;
        }
        if (error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic)
            _hasTopic = false;
        else if (error.Code is ErrorCode.Local_MsgTimedOut || error.IsFatal)
            _isOutdated = true;
        Failed(error.Reason);
    }

    private void Failed(string why)
    {
        if (_isFailing)
            return;
        _isFailing = true;
        try
        {
            LogFailed(_logger(), _topic, why);
        }
        catch (ObjectDisposedException)
        {
            // The program ends, and its loggers with it.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Log records cannot be written to {Topic}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string topic, string reason);
}
