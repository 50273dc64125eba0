using System.Collections.Immutable;
using System.Diagnostics;
using System.Threading.Channels;
using Confluent.Kafka;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>
/// The events of one document that are on their way to the broker. The next wave of the document starts when all of this one are
/// acknowledged. What is sent at once ends with the first event that is large enough to be refused, and after a failure every event is
/// sent alone, so an event that the broker refuses is not overtaken, and what it took before is not repeated with every try.
/// </summary>
internal sealed class OutboxWave
{
    // Any broker takes records of this size; the least that Kafka's own tools ask for is far above it.
    private const int SafeSize = 8 * 1024;

    private readonly ChannelWriter<OutboxWave> _settled;
    private readonly Action<DeliveryReport<byte[]?, byte[]?>> _onDelivered;
    private long _begun;
    private long _answered;
    private int _outstanding;
    private bool _failedBefore;

    public OutboxWave(string id, ImmutableArray<OutboxEvent> events, ChannelWriter<OutboxWave> settled)
    {
        (Id, Events, _settled) = (id, events, settled);
        _onDelivered = report => Settle(1, report.Error.IsError ? report.Error : null);
    }

    /// <summary>The document.</summary>
    public string Id { get; }

    /// <summary>In the order of the outbox.</summary>
    public ImmutableArray<OutboxEvent> Events { get; }

    /// <summary>The first event that is sent now.</summary>
    public int From { get; private set; }

    /// <summary>Behind the last event that is sent now.</summary>
    public int To { get; private set; }

    /// <summary>Why an event was not acknowledged, if one was not.</summary>
    public Error? Error { get; private set; }

    /// <summary>How often the event that is first now failed.</summary>
    public int Failures { get; private set; }

    /// <summary>Later events of the document, to be sent when this wave is acknowledged. Guarded by the outbox's lock.</summary>
    public ImmutableArray<OutboxEvent> Waiting { get; set; } = [];

    /// <summary>The revision of the last event that is in this wave or waits behind it. Guarded by the outbox's lock.</summary>
    public long LastRevision => Waiting is [.., var last] ? last.Revision : Events[^1].Revision;

    /// <summary>How many events are not acknowledged. Guarded by the outbox's lock.</summary>
    public int Left => Events.Length - Math.Min(From, Events.Length) + Waiting.Length;

    /// <summary>When the oldest of them was decided.</summary>
    public DateTimeOffset Oldest => Events[Math.Min(From, Events.Length - 1)].Time;

    /// <summary>From <see cref="Begin"/> until the last answer.</summary>
    public TimeSpan Duration => Stopwatch.GetElapsedTime(_begun, _answered);

    /// <summary>How the producer answers for one of the events, which ends the event's span, or for a record that is derived from it, which has none.</summary>
    public Action<DeliveryReport<byte[]?, byte[]?>> OnDelivered(Activity? span) => span is null ? _onDelivered : report =>
    {
        if (report.Error.IsError)
            span.SetTag("error.type", report.Error.Code.ToString()).SetStatus(ActivityStatusCode.Error, report.Error.Reason);
        span.Stop();
        _onDelivered(report);
    };

    /// <summary>Each event has two answers: its own, and that of the record that is derived from it.</summary>
    public static int AnswersTo(int events) => 2 * events;

    /// <summary>Chooses the events that are sent now.</summary>
    public void Begin()
    {
        _begun = Stopwatch.GetTimestamp();
        To = From + 1;
        while (!_failedBefore && To < Events.Length && Events[To - 1].Data.Length < SafeSize)
            To++;
        (Error, _outstanding) = (null, AnswersTo(To - From));
    }

    /// <summary>Takes note of so many answers; the last of them settles what was sent.</summary>
    public void Settle(int count, Error? error)
    {
        // From two threads: the producer's, and the one that found an event it could not even hand over.
        if (error is not null)
            Error = error;
        if (Interlocked.Add(ref _outstanding, -count) != 0)
            return;
        _answered = Stopwatch.GetTimestamp();
        _settled.TryWrite(this);
    }

    /// <summary>What was sent is acknowledged.</summary>
    /// <returns>Whether that was the last of the wave.</returns>
    public bool Advance()
    {
        (From, Failures) = (To, 0);
        return From == Events.Length;
    }

    /// <summary>What was sent is not acknowledged, or not all of it.</summary>
    public void Fail() => (_failedBefore, Failures) = (true, Failures + 1);
}
