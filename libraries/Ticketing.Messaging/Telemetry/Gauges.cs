using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Ticketing.Messaging;

/// <summary>
/// What is looked at when metrics are collected. Whoever has something to show adds itself, and leaves when it stops; nothing that is shown
/// asks a broker or a store, so collecting never waits.
/// </summary>
internal static class Gauges
{
    private static readonly ConcurrentDictionary<IGauged, byte> Sources = new();

    static Gauges()
    {
        var meter = MessagingMetrics.Meter;
        meter.CreateObservableGauge(
            "ticketing.outbox.depth", () => All(source => source.OutboxDepth), "{event}",
            "Events that are stored and not acknowledged by the broker: on their way here, or as the last look at the store found.");
        meter.CreateObservableGauge(
            "ticketing.outbox.oldest_age", () => All(source => source.OutboxAge), "s",
            "Age of the oldest event that is stored and not acknowledged by the broker; 0 if there is none.");
        meter.CreateObservableGauge(
            "ticketing.consumer.lag", () => All(source => source.Lag), "{event}",
            "Events of a partition that a group has not committed: end offset less committed offset.");
        meter.CreateObservableGauge(
            "ticketing.batch.age", () => All(source => source.BatchAge), "s",
            "How long a group has worked on the batch in hand; 0 if there is none. One that grows without end makes no progress.");
        meter.CreateObservableGauge(
            "ticketing.timers.pending", () => All(source => source.Pending), "{document}",
            "Documents whose work is due and not done, as the last look found; at most a page of 1000.");
        meter.CreateObservableUpDownCounter(
            "ticketing.producer.queue", () => All(source => source.ProducerQueue), "{message}",
            "Messages that are handed to the producer and not answered by the broker.");
    }

    public static void Add(IGauged source) => Sources.TryAdd(source, 0);

    public static void Remove(IGauged source) => Sources.TryRemove(source, out _);

    private static IEnumerable<Measurement<T>> All<T>(Func<IGauged, IEnumerable<Measurement<T>>> measure)
        where T : struct => Sources.Keys.SelectMany(measure);
}

/// <summary>Something that has a value at any time.</summary>
internal interface IGauged
{
    IEnumerable<Measurement<long>> OutboxDepth => [];

    IEnumerable<Measurement<double>> OutboxAge => [];

    IEnumerable<Measurement<long>> Lag => [];

    IEnumerable<Measurement<double>> BatchAge => [];

    IEnumerable<Measurement<long>> Pending => [];

    IEnumerable<Measurement<long>> ProducerQueue => [];
}
