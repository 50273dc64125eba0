using System.Collections.Immutable;
using Confluent.Kafka;
using Ticketing.Documents;

namespace Ticketing.Messaging.Publishing;

/// <summary>
/// The events of one document that are on their way to the broker together. The next wave of the document starts when all of this one
/// are acknowledged, so a record that the broker refuses is never overtaken by a later wave of its key.
/// </summary>
internal sealed class OutboxWave
{
    private readonly Action<OutboxWave> _settled;
    private int _outstanding;

    public OutboxWave(string id, ImmutableArray<OutboxEvent> events, Action<OutboxWave> settled)
    {
        (Id, Events, _settled) = (id, events, settled);
        OnDelivered = report => Settle(1, report.Error.IsError ? report.Error : null);
        Reset();
    }

    /// <summary>The document.</summary>
    public string Id { get; }

    /// <summary>In the order of the outbox.</summary>
    public ImmutableArray<OutboxEvent> Events { get; }

    /// <summary>The producer's answer to one of the events.</summary>
    public Action<DeliveryReport<byte[]?, byte[]?>> OnDelivered { get; }

    /// <summary>Why an event was not acknowledged, if one was not.</summary>
    public Error? Error { get; private set; }

    /// <summary>How often this wave failed.</summary>
    public int Failures { get; set; }

    /// <summary>Later events of the document, to be sent when this wave is acknowledged. Guarded by the outbox's lock.</summary>
    public ImmutableArray<OutboxEvent> Waiting { get; set; } = [];

    /// <summary>The revision of the last event that is in this wave or waits behind it. Guarded by the outbox's lock.</summary>
    public long LastRevision => Waiting is [.., var last] ? last.Revision : Events[^1].Revision;

    /// <summary>Before the wave is sent (again).</summary>
    public void Reset() => (Error, _outstanding) = (null, Events.Length);

    /// <summary>Takes note of so many answers; the last of them settles the wave.</summary>
    public void Settle(int count, Error? error)
    {
        Error = error ?? Error;
        if (Interlocked.Add(ref _outstanding, -count) == 0)
            _settled(this);
    }
}
