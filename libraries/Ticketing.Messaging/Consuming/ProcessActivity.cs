using System.Diagnostics;
using Confluent.Kafka;
using Ticketing.Messaging.Publishing;

namespace Ticketing.Messaging.Consuming;

/// <summary>
/// The span of one event in one group, a child of the span that decided the event. Names and attributes: OpenTelemetry semantic
/// conventions 1.37, messaging spans, operation type <c>process</c>.
/// </summary>
internal static class ProcessActivity
{
    public static Activity? Start(ConsumeResult<byte[]?, byte[]?> result, string eventType, GroupContext context)
    {
        if (!MessagingMetrics.Source.HasListeners())
            return null;
        var (traceParent, traceState) = EventHeaders.Trace(result.Message.Headers);
        ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var parent);
        return MessagingMetrics.Source.StartActivity($"process {eventType}", ActivityKind.Consumer, parent,
        [
            new("messaging.system", "kafka"),
            new("messaging.operation.name", "process"),
            new("messaging.operation.type", "process"),
            new("messaging.destination.name", context.Topic),
            new("messaging.destination.partition.id", result.Partition.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("messaging.consumer.group.name", context.Group),
            new("messaging.kafka.offset", result.Offset.Value),
        ]);
    }
}
