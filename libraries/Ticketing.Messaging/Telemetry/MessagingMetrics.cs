using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ticketing.Messaging;

/// <summary>What the runtime counts, on the meter <see cref="Name"/>.</summary>
public static class MessagingMetrics
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Ticketing.Messaging";

    private static readonly Meter Meter = new(Name);

    internal static Counter<long> Published { get; } = Meter.CreateCounter<long>(
        "ticketing.events.published", "{event}", "Events that the broker acknowledged.");

    internal static Counter<long> PublishFailures { get; } = Meter.CreateCounter<long>(
        "ticketing.events.publish_failures", "{event}", "Events that the broker did not take; they are sent again.");

    internal static Counter<long> Processed { get; } = Meter.CreateCounter<long>(
        "ticketing.events.processed", "{event}", "Events whose effect is stored.");

    internal static Counter<long> Retries { get; } = Meter.CreateCounter<long>(
        "ticketing.events.retries", "{event}", "Handler calls that failed and are tried again.");

    internal static Counter<long> DeadLetters { get; } = Meter.CreateCounter<long>(
        "ticketing.events.dead_letters", "{event}", "Events that went to a dead-letter topic.");

    internal static Counter<long> Conflicts { get; } = Meter.CreateCounter<long>(
        "ticketing.documents.conflicts", "{document}", "Writes that met a newer revision and were done again.");

    internal static Histogram<long> BatchSize { get; } = Meter.CreateHistogram<long>(
        "ticketing.batch.size", "{event}", "Events that were handled as one batch.");

    internal static Histogram<double> BatchDuration { get; } = Meter.CreateHistogram<double>(
        "ticketing.batch.duration", "s", "From taking a batch to storing its offsets.");

    internal static ActivitySource Source { get; } = new(Name);
}
