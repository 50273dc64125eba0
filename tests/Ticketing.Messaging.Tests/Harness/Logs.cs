using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging.Tests.Harness;

/// <summary>What a service logged.</summary>
public sealed class Logs : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IEnumerable<string> Of(LogLevel atLeast) => _lines.Where(line => line.Level >= atLeast).Select(line => line.Text);

    public int Count(string text) => _lines.Count(line => line.Text.Contains(text, StringComparison.Ordinal));

    /// <summary>The newest lines, for the message of a test that fails.</summary>
    public string Last => string.Join(Environment.NewLine, _lines.TakeLast(30).Select(line => line.Text).Prepend(""));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));

    public void Dispose()
    {
    }
}
