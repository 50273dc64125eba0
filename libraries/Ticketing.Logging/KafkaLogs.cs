using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ticketing.Logging;

/// <summary>
/// Loggers that write to Kafka. A log call never waits and never throws: its record goes into a buffer, which a background task writes. What this library
/// itself logs is left out: otherwise a failure to write would cause more records to write.
/// </summary>
[ProviderAlias("Kafka")]
internal sealed class KafkaLogs : ILoggerProvider
{
    private readonly string _service;
    private readonly TimeProvider _time;
    private readonly LogMetrics _metrics = new();
    private readonly LogBuffer _buffer;
    private readonly LogWriter _writer;
    private readonly Channel<bool> _any = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <param name="service">Who logs.</param>
    /// <param name="options">The settings.</param>
    /// <param name="kafka">Writes what waits.</param>
    /// <param name="time">The clock.</param>
    public KafkaLogs(string service, LogOptions options, Func<LogMetrics, LogBuffer, ChannelReader<bool>, LogWriter> kafka, TimeProvider time)
    {
        (_service, _time) = (service, time);
        _buffer = new(options.MaxRecords, options.MaxBytes, _metrics.Dropped);
        _writer = kafka(_metrics, _buffer, _any.Reader);
    }

    /// <summary>What became of the records.</summary>
    public LogMetrics Metrics => _metrics;

    /// <summary>What waits.</summary>
    public LogBuffer Buffer => _buffer;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith(LogMetrics.Name, StringComparison.Ordinal) ? NullLogger.Instance : new Logger(this, categoryName);

    /// <summary>Writes the buffered records, for a second at most.</summary>
    public void Dispose() => _writer.Dispose();

    private void Log<TState>(string category, LogLevel level, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _metrics.Emitted.Add(level);
        if (!_buffer.Takes(level))
        {
            _metrics.Dropped.Add(level);
            return;
        }
        byte[] record;
        try
        {
            record = LogText.Record(_service, category, level, _time.GetUtcNow(), state, exception, formatter);
        }
        catch (Exception)
        {
            // The formatter failed, or a value has no text. A log call must not throw.
            _metrics.Dropped.Add(level);
            return;
        }
        if (_buffer.Add(level, record))
            _any.Writer.TryWrite(true);
    }

    private sealed class Logger(KafkaLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel is >= LogLevel.Trace and < LogLevel.None)
                logs.Log(category, logLevel, state, exception, formatter);
        }
    }
}
