using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace Ticketing.Messaging;

/// <summary>
/// What is looked at when metrics are collected. Nothing that is shown asks a broker or a store, so collecting never waits.
/// </summary>
internal sealed class Gauges(
    IMeterFactory meters, EventProducer producer, IEnumerable<Outbox> outboxes, IEnumerable<GroupConsumer> consumers,
    IEnumerable<IDueWorker> dueWorkers, LagWatch lag) : IHostedService
{
    private volatile bool _isRunning;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(MessagingMetrics.Name);
        meter.CreateObservableGauge(
            "ticketing.outbox.depth", () => Each(outboxes, outbox => new Measurement<long>(outbox.Events, Documents(outbox.Documents))), "{event}",
            "Events that are stored and not acknowledged by the broker: on their way here, or as the last look at the store found.");
        meter.CreateObservableGauge(
            "ticketing.outbox.oldest_age",
            () => Each(outboxes, outbox => new Measurement<double>(outbox.OldestAge.TotalSeconds, Documents(outbox.Documents))), "s",
            "Age of the oldest event that is stored and not acknowledged by the broker; 0 if there is none.");
        meter.CreateObservableGauge(
            "ticketing.consumer.lag", () => lag.Lag, "{event}",
            "Events of a partition that a group has not committed: end offset less committed offset.");
        meter.CreateObservableGauge(
            "ticketing.batch.age", () => Each(consumers, consumer => new Measurement<double>(
                consumer.BatchAge.TotalSeconds, new("messaging.consumer.group.name", consumer.Group), new("messaging.destination.name", consumer.Topic))), "s",
            "How long a group has worked on the batch in hand; 0 if there is none. One that grows without end makes no progress.");
        meter.CreateObservableGauge(
            "ticketing.timers.pending", () => Each(dueWorkers, due => new Measurement<long>(due.Pending, Documents(due.Documents))), "{document}",
            "Documents whose work is due and not done, as the last look found; at most a page of 1000.");
        meter.CreateObservableUpDownCounter(
            "ticketing.producer.queue", () => producer.Waiting, "{message}", "Messages that are handed to the producer and not answered by the broker.");
        _isRunning = true;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _isRunning = false;
        return Task.CompletedTask;
    }

    private IEnumerable<Measurement<TValue>> Each<T, TValue>(IEnumerable<T> sources, Func<T, Measurement<TValue>> measure)
        where TValue : struct => _isRunning ? sources.Select(measure) : [];

    private static KeyValuePair<string, object?> Documents(string type) => new("ticketing.document", type);
}
