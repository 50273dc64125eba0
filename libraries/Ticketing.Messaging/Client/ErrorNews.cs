using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>
/// Which of a client's errors are worth a line in the log. While a broker is away, the client tells the same with every attempt to connect, many times a
/// second.
/// </summary>
internal sealed class ErrorNews(TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    // Reasons name brokers and addresses, of which there are a few.
    private const int MostKnown = 100;

    private readonly ConcurrentDictionary<(ErrorCode, string), long> _told = [];

    /// <summary>Whether the error was not told in the last minute.</summary>
    public bool IsNews(Error error)
    {
        // That no broker is left only repeats what was told of each.
        if (error.Code == ErrorCode.Local_AllBrokersDown)
            return false;
        var now = time.GetTimestamp();
        var key = (error.Code, Why(error.Reason));
        if (_told.TryGetValue(key, out var told) && time.GetElapsedTime(told, now) < Period)
            return false;
        if (_told.Count >= MostKnown)
            _told.Clear();
        _told[key] = now;
        return true;
    }

    // "HOST:PORT/ID: Connect to … failed: Connection refused (after 2ms in state CONNECT, 3 identical error(s) suppressed)"
    private static string Why(string reason) => reason.Split(" (after ", 2)[0];
}
