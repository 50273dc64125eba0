using System.Collections.Immutable;
using System.Diagnostics;
using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>What of an outbox does not depend on the type of its documents.</summary>
internal abstract class Outbox : BackgroundService
{
    /// <summary>How many documents have events on their way to the broker, or acknowledged and not removed yet.</summary>
    public abstract int Depth { get; }

    /// <summary>The type of its documents.</summary>
    public abstract string Documents { get; }

    /// <summary>Events that are stored and not acknowledged: on their way from here, or as the last look at the store found.</summary>
    public abstract long Events { get; }

    /// <summary>Age of the oldest of them.</summary>
    public abstract TimeSpan OldestAge { get; }
}

/// <summary>
/// Publishes the events that writes left in their documents, and removes them from there once the broker has acknowledged them and what is derived from them.
/// At most one wave of a document is on its way; a failed one stalls its own document only and is sent again.
/// </summary>
internal sealed partial class Outbox<T>(
    DocumentType<T> type, IDocumentStore<T> store, EventProducer producer, EventMessages messages, KafkaSettings settings, MessagingOptions options, TimeProvider time,
    ILogger<Outbox<T>> logger) : Outbox
    where T : class
{
    private const int SweepPage = 500;
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, OutboxWave> _waves = [];
    private readonly RecentlyPublished _published = new();
    private readonly Dictionary<string, long> _acknowledged = [];
    private readonly Channel<OutboxWave> _settled = Channel.CreateUnbounded<OutboxWave>(new() { SingleReader = true });

    public override int Depth
    {
        get
        {
            lock (_lock)
                return _waves.Count + _acknowledged.Count + _removing;
        }
    }

    public override string Documents => type.Name;

    public override long Events
    {
        get
        {
            lock (_lock)
                return Math.Max(_swept.Events, _waves.Values.Sum(wave => (long)wave.Left));
        }
    }

    public override TimeSpan OldestAge
    {
        get
        {
            lock (_lock)
            {
                var oldest = _waves.Count == 0 ? TimeSpan.Zero : time.GetUtcNow() - _waves.Values.Min(wave => wave.Oldest);
                return new[] { TimeSpan.Zero, oldest, _swept.Age }.Max();
            }
        }
    }

    /// <summary>Publishes what a document's outbox holds and is not on its way already. Returns when it is handed to the producer.</summary>
    public async Task PublishAsync(string id, ImmutableArray<OutboxEvent> outbox)
    {
        OutboxWave wave;
        lock (_lock)
        {
            if (_waves.TryGetValue(id, out var ahead))
            {
                ahead.Waiting = ahead.Waiting.AddRange(After(outbox, ahead.LastRevision));
                return;
            }
            var events = After(outbox, _published.UpTo(id));
            if (events.IsEmpty)
                return;
            _waves[id] = wave = NewWave(id, events);
        }
        await SendAsync(wave);
    }

    /// <summary>Waits until the broker has acknowledged all events and they are removed from their documents, or the time is up.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        var deadline = time.GetTimestamp();
        while (Depth > 0 && time.GetElapsedTime(deadline) < options.DrainTimeout && !cancellationToken.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None);
        await base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(SettleAsync(stoppingToken), RemoveAsync(stoppingToken), SweepAsync(stoppingToken));

    private OutboxWave NewWave(string id, ImmutableArray<OutboxEvent> events) => new(id, events, _settled.Writer);

    private async Task SendAsync(OutboxWave wave)
    {
        await producer.Ends.AreKnown;
        wave.Begin();
        var answers = OutboxWave.AnswersTo(wave.To - wave.From);
        for (var (i, end) = (wave.From, wave.To); i < end; i++)
        {
            var @event = wave.Events[i];
            var topic = settings.Name(@event.Topic);
            var span = MessagingMetrics.Source.HasListeners() ? EventTelemetry.Of(@event.Type, topic).StartSend(@event) : null;
            try
            {
                await producer.ProduceAsync(new(topic, Partition.Any), messages.Of(@event), wave.OnDelivered(span));
                answers--;
                if (messages.DerivedFrom(@event) is { } derived)
                    await producer.ProduceAsync(new(settings.Name(derived.Topic), Partition.Any), derived.Message, wave.OnDelivered(span: null));
                else
                    wave.Settle(1, null);
                answers--;
            }
            catch (KafkaException e)
            {
                // If it is the derived record that cannot be sent, the producer ends the event's span.
                if (answers % 2 == 0)
                    span?.SetTag("error.type", e.Error.Code.ToString()).SetStatus(ActivityStatusCode.Error, e.Error.Reason).Stop();
                // Nothing behind it is sent either: it would overtake this one.
                wave.Settle(answers, e.Error);
                return;
            }
        }
    }

    private async Task SettleAsync(CancellationToken stopping)
    {
        var telemetry = new OutboxTelemetry(settings);
        var next = new List<OutboxWave>();
        await foreach (var first in _settled.Reader.ReadAllAsync(stopping))
        {
            for (var wave = first; wave is not null; wave = _settled.Reader.TryRead(out var another) ? another : null)
            {
                _answered = true;
                telemetry.Answered(wave);
                if (wave.Error is { } error)
                    _ = SendLaterAsync(wave, error, stopping);
                else if (wave.Advance())
                    Acknowledge(wave, next);
                else
                    next.Add(wave);
            }
            foreach (var wave in next)
                await SendAsync(wave);
            Moments.Reached(Moments.EventsAcknowledged);
            telemetry.Count();
            next.Clear();
        }
    }

    private void Acknowledge(OutboxWave wave, List<OutboxWave> next)
    {
        lock (_lock)
        {
            var revision = wave.Events[^1].Revision;
            _published.Add(wave.Id, revision);
            _acknowledged[wave.Id] = revision;
            _acknowledgedAny.Writer.TryWrite(true);
            if (wave.Waiting.IsEmpty)
                _waves.Remove(wave.Id);
            else
                next.Add(_waves[wave.Id] = NewWave(wave.Id, wave.Waiting));
        }
    }

    private async Task SendLaterAsync(OutboxWave wave, Error error, CancellationToken stopping)
    {
        wave.Fail();
        LogFailed(type.Name, wave.Events[0].Key, error.Code, error.Reason, wave.Failures);
        await Task.Delay(options.BackoffBefore(wave.Failures), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stopping.IsCancellationRequested)
            await SendAsync(wave);
    }

    private static ImmutableArray<OutboxEvent> After(ImmutableArray<OutboxEvent> events, long revision) =>
        revision == 0 ? events : events.RemoveAll(e => e.Revision <= revision);

    [LoggerMessage(LogLevel.Error, "Publishing events of {Type} {Key} failed {Failures} times, they wait: {Code}: {Reason}")]
    private partial void LogFailed(string type, string key, ErrorCode code, string reason, int failures);

    [LoggerMessage(LogLevel.Warning, "The store of {Type} does not answer; trying again")]
    private partial void LogStore(Exception exception, string type);
}
