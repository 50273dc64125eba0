using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Ticketing.Documents;

namespace Ticketing.Messaging.Tests.Telemetry;

/// <summary>What the SDK exports of this process, kept in memory.</summary>
internal sealed class Exported : IDisposable
{
    private readonly Spans _spans = new();
    private readonly Values _values = new();
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;
    private readonly BaseExportingMetricReader _reader;

    public Exported()
    {
        _reader = new(_values);
        _traces = Sdk.CreateTracerProviderBuilder().AddSource(MessagingMetrics.Name, DocumentTelemetry.Name, Requests.Name)
            .SetSampler(new AlwaysOnSampler()).AddProcessor(new SimpleActivityExportProcessor(_spans)).Build();
        _metrics = Sdk.CreateMeterProviderBuilder().AddMeter(MessagingMetrics.Name, DocumentTelemetry.Name).AddReader(_reader).Build();
    }

    /// <summary>The spans that ended so far.</summary>
    public IReadOnlyCollection<Activity> Ended => _spans.Ended;

    /// <summary>Where a test starts the spans of its requests.</summary>
    public static ActivitySource Requests { get; } = new("Tests.Requests");

    /// <summary>
    /// Collects metrics now: the sum over all points of one metric that have this tag; null if there are none.
    /// </summary>
    public double? Value(string metric, string tag, string value)
    {
        _values.Points.Clear();
        _reader.Collect();
        var points = _values.Points.Where(point => point.Metric == metric && Equals(point.Tags.GetValueOrDefault(tag), value)).ToList();
        return points.Count == 0 ? null : points.Sum(point => point.Value);
    }

    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    private sealed class Spans : BaseExporter<Activity>
    {
        public ConcurrentQueue<Activity> Ended { get; } = new();

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var activity in batch)
                Ended.Enqueue(activity);
            return ExportResult.Success;
        }
    }

    private sealed class Values : BaseExporter<Metric>
    {
        public List<(string Metric, IReadOnlyDictionary<string, object?> Tags, double Value)> Points { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    var tags = new Dictionary<string, object?>();
                    foreach (var tag in point.Tags)
                        tags[tag.Key] = tag.Value;
                    Points.Add((metric.Name, tags, Of(metric.MetricType, point)));
                }
            }
            return ExportResult.Success;
        }

        /// <summary>Of a histogram, how often it was recorded.</summary>
        private static double Of(MetricType type, in MetricPoint point) => type switch
        {
            MetricType.LongGauge => point.GetGaugeLastValueLong(),
            MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
            MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
            _ => point.GetHistogramCount(),
        };
    }
}
