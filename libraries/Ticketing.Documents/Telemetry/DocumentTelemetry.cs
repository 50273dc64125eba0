using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ticketing.Documents;

/// <summary>
/// What is told of documents' stores: the spans and the duration of a database client (OpenTelemetry semantic conventions 1.44.0,
/// "Database client spans" and "Database metrics").
/// </summary>
public static class DocumentTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Ticketing.Documents";

    private static readonly Meter Meter = new(Name);

    internal static ActivitySource Source { get; } = new(Name);

    internal static Histogram<double> Duration { get; } = Meter.CreateHistogram(
        "db.client.operation.duration", "s", "Duration of database client operations.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });
}
