using Microsoft.Extensions.Logging;

namespace Ticketing.Messaging.Consuming;

/// <summary>What a group's batches share.</summary>
internal sealed record GroupContext(
    string Group, string Topic, DeadLetterQueue DeadLetters, MessagingOptions Options, TimeProvider Time, ILogger Logger, CancellationToken Stopping)
{
    public BatchTelemetry Telemetry { get; } = new(Group, Topic);
}
