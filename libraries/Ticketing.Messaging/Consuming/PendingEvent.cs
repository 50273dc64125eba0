using System.Diagnostics;
using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>An event of the batch in hand. It is handled when each document that it concerns is stored, or refuses it.</summary>
internal sealed class PendingEvent(ConsumeResult<byte[]?, byte[]?> result, IEvent @event, HandlerTelemetry telemetry)
{
    public ConsumeResult<byte[]?, byte[]?> Result => result;

    public IEvent Event => @event;

    public HandlerTelemetry Telemetry => telemetry;

    /// <summary>Its process span; null if nobody listens.</summary>
    public Activity? Activity { get; set; }

    /// <summary>How many of its documents are not done.</summary>
    public int Open { get; set; }

    /// <summary>Whether it is in the dead-letter topic, for the sake of one of its documents or more.</summary>
    public bool IsDead { get; set; }

    /// <summary>One of its documents is stored.</summary>
    /// <param name="now">The time.</param>
    /// <param name="duration">How long that took.</param>
    public void Stored(DateTimeOffset now, TimeSpan duration)
    {
        if (--Open == 0 && !IsDead)
            telemetry.Stored(this, now, duration);
    }
}

/// <summary>A decider does not accept an event. It is pure, so no later try would end otherwise.</summary>
#pragma warning disable CA1032, RCS1194 // Its reason is all that it says.
internal sealed class EventRefusedException(string message) : Exception(message);
#pragma warning restore CA1032, RCS1194
