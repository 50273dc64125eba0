using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ticketing.Messaging;

/// <summary>
/// Asks the broker for a sign of life, whether every topic exists with its partitions and has kept its records, and whether every consumer is a
/// member of its group and makes progress. A loss that is mended is told, and does not make the service less healthy.
/// </summary>
internal sealed class KafkaHealthCheck(
    EventProducer producer, TopicCreation topics, CompactedTopics compacted, PublishedLogs logs, IEnumerable<GroupConsumer> consumers, IEnumerable<BroadcastConsumer> broadcasts) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        // The client's call blocks.
        Task.Run(() =>
        {
            try
            {
                var missing = topics.Look(producer.Ping(Timeout));
                return Join(consumers.Select(consumer => consumer.Problem).Concat(broadcasts.Select(broadcast => broadcast.Problem)).Prepend(logs.Problem).Prepend(compacted.Problem).Prepend(missing)) is { } problems
                    ? new HealthCheckResult(context.Registration.FailureStatus, problems)
                    : HealthCheckResult.Healthy(Join(consumers.Select(consumer => consumer.Notice).Prepend(logs.Notice)));
            }
            catch (KafkaException e)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, e.Error.Reason);
            }
        }, cancellationToken);

    private static string? Join(IEnumerable<string?> sentences) => string.Join(' ', sentences.OfType<string>()) is { Length: > 0 } text ? text : null;
}
