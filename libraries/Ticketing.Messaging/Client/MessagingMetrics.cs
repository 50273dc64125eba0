using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ticketing.Messaging;

/// <summary>
/// What the runtime counts, on the meter <see cref="Name"/>; docs/observability.md lists all of it. Names, units and buckets of
/// <c>messaging.*</c> are those of OpenTelemetry's semantic conventions 1.44.0, "Messaging client metrics".
/// </summary>
public static class MessagingMetrics
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Ticketing.Messaging";

    // From the conventions, for operations that take milliseconds.
    private static readonly double[] Durations = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    // An event is a few milliseconds old when all is well, and hours after an outage.
    private static readonly double[] Ages = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];

    internal static ActivitySource Source { get; } = new(Name);

    private static Meter Meter { get; } = new(Name);

    internal static Counter<long> Sent { get; } = Meter.CreateCounter<long>(
        "messaging.client.sent.messages", "{message}", "Number of messages producer attempted to send to the broker.");

    internal static Counter<long> Consumed { get; } = Meter.CreateCounter<long>(
        "messaging.client.consumed.messages", "{message}", "Number of messages that were delivered to the application.");

    internal static Histogram<double> OperationDuration { get; } = Seconds(
        "messaging.client.operation.duration", "From handing messages to the producer until the broker has acknowledged them.", Durations);

    internal static Histogram<double> ProcessDuration { get; } = Seconds(
        "messaging.process.duration", "From the begin of an event's batch until the event's effect is stored.", Durations);

    internal static Counter<long> Published { get; } = Meter.CreateCounter<long>(
        "ticketing.events.published", "{event}", "Events that the broker acknowledged.");

    internal static Counter<long> PublishFailures { get; } = Meter.CreateCounter<long>(
        "ticketing.events.publish_failures", "{event}", "Events that the broker did not take; they are sent again.");

    internal static Counter<long> Processed { get; } = Meter.CreateCounter<long>(
        "ticketing.events.processed", "{event}", "Events whose effect is stored.");

    internal static Histogram<double> Age { get; } = Seconds(
        "ticketing.events.age", "From the decision of an event until its effect is stored by a group.", Ages);

    internal static Counter<long> Retries { get; } = Meter.CreateCounter<long>(
        "ticketing.events.retries", "{event}", "Handler calls that failed and are tried again.");

    internal static Counter<long> DeadLetters { get; } = Meter.CreateCounter<long>(
        "ticketing.events.dead_letters", "{event}", "Events that went to a dead-letter topic.");

    internal static Counter<long> LogLosses { get; } = Meter.CreateCounter<long>(
        "ticketing.log.losses", "{loss}", "Times that a topic had lost records: of its publisher, or before a group had read them.");

    internal static Counter<long> Conflicts { get; } = Meter.CreateCounter<long>(
        "ticketing.documents.conflicts", "{document}", "Writes that met a newer revision and were done again.");

    internal static Histogram<long> BatchSize { get; } = Meter.CreateHistogram(
        "ticketing.batch.size", "{event}", "Events that were handled as one batch.", tags: null,
        new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000] });

    internal static Histogram<double> BatchDuration { get; } = Seconds(
        "ticketing.batch.duration", "From taking a batch to storing its offsets.", Durations);

    internal static Histogram<double> Lateness { get; } = Seconds(
        "ticketing.timers.lateness", "From the time at which work on a document fell due until it began.", Ages);

    private static Histogram<double> Seconds(string name, string description, double[] buckets) => Meter.CreateHistogram(
        name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });
}
