using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Ticketing.Documents;
using Ticketing.Messaging;

namespace Ticketing.Benchmarks.Telemetry;

/// <summary>Traces and metrics of this process on their way to a <see cref="Sink"/>, with the SDK's defaults for batches and queues.</summary>
internal sealed class Exported : IDisposable
{
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;
    private readonly CountingProcessor _spans;

    public Exported(Sink sink, Sampler sampler)
    {
        _spans = new(new(Options(sink, "traces")));
        _traces = Sdk.CreateTracerProviderBuilder().AddSource(MessagingMetrics.Name, DocumentTelemetry.Name)
            .SetSampler(sampler).AddProcessor(_spans).Build();
        _metrics = Sdk.CreateMeterProviderBuilder().AddMeter(MessagingMetrics.Name, DocumentTelemetry.Name)
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            // Far more often than the default of a minute, or a run of seconds would export none.
            .AddReader(new PeriodicExportingMetricReader(new OtlpMetricExporter(Options(sink, "metrics")), exportIntervalMilliseconds: 1000)).Build();
    }

    /// <summary>How many spans were recorded, and how many of them did not find the exporter's queue full.</summary>
    public (long Recorded, long Exported) Spans => (_spans.Recorded, _spans.Counting.Spans);

    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    private static OtlpExporterOptions Options(Sink sink, string signal) => new()
    {
        Endpoint = new(sink.Endpoint, $"/v1/{signal}"),
        Protocol = OtlpExportProtocol.HttpProtobuf,
    };

    private sealed class CountingProcessor(CountingExporter counting) : BatchActivityExportProcessor(counting)
    {
        private long _recorded;

        public CountingExporter Counting => counting;

        public long Recorded => Interlocked.Read(ref _recorded);

        public override void OnEnd(Activity data)
        {
            if (data.Recorded)
                Interlocked.Increment(ref _recorded);
            base.OnEnd(data);
        }
    }

    private sealed class CountingExporter(OtlpExporterOptions options) : OtlpTraceExporter(options)
    {
        public long Spans { get; private set; }

        public override ExportResult Export(in Batch<Activity> activityBatch)
        {
            Spans += activityBatch.Count;
            return base.Export(activityBatch);
        }
    }
}
