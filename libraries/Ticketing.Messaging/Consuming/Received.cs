using System.Diagnostics;
using Confluent.Kafka;
using Ticketing.Contracts;

namespace Ticketing.Messaging.Consuming;

/// <summary>A record as it came from the broker.</summary>
/// <param name="Result">The record.</param>
/// <param name="Assignment">Which assignment of its partition it belongs to; a record of an earlier one is given up.</param>
internal readonly record struct Received(ConsumeResult<byte[]?, byte[]?> Result, int Assignment);

/// <summary>An event that waits to be applied to its document.</summary>
internal abstract class PendingEvent(ConsumeResult<byte[]?, byte[]?> result, HandlerTelemetry telemetry)
{
    public ConsumeResult<byte[]?, byte[]?> Result => result;

    public HandlerTelemetry Telemetry => telemetry;

    /// <summary>Its process span; null if nobody listens.</summary>
    public Activity? Activity { get; set; }

    /// <summary>How often the handler threw.</summary>
    public int Failures { get; set; }
}

/// <inheritdoc cref="PendingEvent"/>
internal sealed class PendingEvent<T>(ConsumeResult<byte[]?, byte[]?> result, Event @event, Route<T> route)
    : PendingEvent(result, route.Telemetry)
    where T : class
{
    public string Type => route.EventType;

    public bool IsFirst => route.IsFirst;

    public Decision<T> Decide(T? state, DateTimeOffset now) => route.Decide(state, @event, now);
}
