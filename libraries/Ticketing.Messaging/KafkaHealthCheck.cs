using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Messaging.Publishing;

namespace Ticketing.Messaging;

/// <summary>Asks the broker for a sign of life.</summary>
internal sealed class KafkaHealthCheck(EventProducer producer) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        // The client's call blocks.
        Task.Run(() =>
        {
            try
            {
                producer.Ping(Timeout);
                return HealthCheckResult.Healthy();
            }
            catch (KafkaException e)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, e.Error.Reason);
            }
        }, cancellationToken);
}
