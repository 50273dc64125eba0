using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Ticketing.Contracts;

namespace Ticketing.Logging;

/// <summary>What is logged, as a record.</summary>
internal static class LogText
{
    /// <summary>How many bytes a record has at most: with JSON's escapes a character may have six.</summary>
    public const int MaxRecord = 6 * (MaxMessage + MaxException + MaxProperties * (MaxName + MaxValue)) + 4096;

    private const int MaxMessage = 4000;
    private const int MaxException = 8000;
    private const int MaxProperties = 20;
    private const int MaxName = 100;
    private const int MaxValue = 500;

    // The template; the message says it with its values.
    private const string Template = "{OriginalFormat}";

    private static readonly string[] Levels = ["trace", "debug", "information", "warning", "error", "critical"];

    /// <summary>How a level is called on the wire.</summary>
    public static string NameOf(LogLevel level) => Levels[(int)level];

    public static byte[] Record<TState>(
        string service, string category, LogLevel level, DateTimeOffset now, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var span = Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current : null;
        return new LogRecord
        {
            Message = Cut(formatter(state, exception), MaxMessage),
            Timestamp = now,
            Service = service,
            Level = NameOf(level),
            Category = Cut(category, MaxValue),
            TraceId = span?.TraceId.ToHexString(),
            SpanId = span?.SpanId.ToHexString(),
            Exception = exception is null ? null : Cut(exception.ToString(), MaxException),
            Properties = state is IReadOnlyList<KeyValuePair<string, object?>> values ? Properties(values) : null,
        }.Serialize();
    }

    private static Dictionary<string, string?>? Properties(IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        Dictionary<string, string?>? properties = null;
        for (var i = 0; i < values.Count && properties?.Count is not MaxProperties; i++)
        {
            if (values[i].Key != Template)
                (properties ??= [])[Cut(values[i].Key, MaxName)] = Text(values[i].Value);
        }
        return properties;
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        IFormattable number => Cut(number.ToString(null, CultureInfo.InvariantCulture), MaxValue),
        _ => Cut(value.ToString() ?? "", MaxValue),
    };

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];
}
