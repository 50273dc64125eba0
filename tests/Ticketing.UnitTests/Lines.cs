using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Ticketing.UnitTests;

/// <summary>Keeps what is logged: each line with its level, what it was made of, and its exception.</summary>
internal sealed class Lines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        lines.Enqueue($"{state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{logLevel}: {formatter(state, exception)} {state} {exception}");

    public void Dispose()
    {
    }
}
