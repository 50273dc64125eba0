using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Ticketing.Logging;

/// <summary>What became of the records of this process, by level. <c>emitted = written + dropped</c>, and what waits.</summary>
internal sealed class LogMetrics
{
    public const string Name = "Ticketing.Logging";

    // One meter, however many providers a process has had.
    private static readonly Meter Meter = new(Name);

    public LogMetrics()
    {
        Observe("ticketing.logs.emitted", "Log records that were to be written to Kafka.", Emitted);
        Observe("ticketing.logs.written", "Log records that the broker acknowledged.", Written);
        Observe("ticketing.logs.dropped", "Log records that found no room, or that the broker did not take.", Dropped);
    }

    public LogCounts Emitted { get; } = new();

    public LogCounts Written { get; } = new();

    public LogCounts Dropped { get; } = new();

    private static void Observe(string name, string description, LogCounts counts) => Meter.CreateObservableCounter(
        name,
        () => counts.ToArray().Select((count, level) => new Measurement<long>(count, new KeyValuePair<string, object?>("level", LogText.NameOf((LogLevel)level)))),
        "{record}", description);
}
