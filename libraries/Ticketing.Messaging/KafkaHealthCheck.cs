using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Messaging.Consuming;
using Ticketing.Messaging.Publishing;

namespace Ticketing.Messaging;

/// <summary>Asks the broker for a sign of life, and whether every consumer is a member of its group and makes progress.</summary>
internal sealed class KafkaHealthCheck(EventProducer producer, GroupConsumer[] consumers) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        // The client's call blocks.
        Task.Run(() =>
        {
            try
            {
                producer.Ping(Timeout);
                var missing = consumers.Where(consumer => !consumer.IsMember).Select(consumer => consumer.Group).ToArray();
                if (missing.Length > 0)
                    return new HealthCheckResult(context.Registration.FailureStatus, $"Not a member of {string.Join(", ", missing)}.");
                var stalled = string.Join(' ', consumers.Select(consumer => consumer.Stalled).OfType<string>());
                return stalled.Length == 0 ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, stalled);
            }
            catch (KafkaException e)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, e.Error.Reason);
            }
        }, cancellationToken);
}
