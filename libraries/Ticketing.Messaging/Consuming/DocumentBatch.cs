using System.Collections.Frozen;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>What the events of a batch make of the documents of one type.</summary>
internal abstract class DocumentBatch
{
    public abstract Task ProcessAsync(CancellationToken cancellation);

    /// <summary>Ready for the next batch, also if this one was given up.</summary>
    public abstract void Clear();
}

/// <summary>
/// Rounds of one read, all events in memory, one write; the next round has what met a conflict, threw, or needed no write as far as this
/// process knew without reading. So one failing event delays the rest of its own document, and nothing else in the batch. What
/// the store rejects is narrowed down by halves to its document, then to its event.
/// </summary>
internal sealed partial class DocumentBatch<T>(Repository<T> repository, GroupContext context) : DocumentBatch
    where T : class
{
    private static readonly IReadOnlySet<string> NoIds = FrozenSet<string>.Empty;

    private readonly ILogger _logger = context.Logger;
    private readonly Dictionary<string, EventsOfDocument> _documents = [];
    private long _started;
    private int _rounds;

    public void Add(string id, PendingEvent @event, Route<T> route)
    {
        if (!_documents.TryGetValue(id, out var document))
            _documents[id] = document = new(id);
        document.Events.Add((@event, route));
    }

    public override void Clear() => _documents.Clear();

    public override async Task ProcessAsync(CancellationToken cancellation)
    {
        (_started, _rounds) = (context.Time.GetTimestamp(), 0);
        var outage = 0;
        while (_documents.Count > 0)
        {
            try
            {
                await RoundAsync([.. _documents.Values], cancellation);
                outage = 0;
            }
            // Deciders' exceptions and rejected documents are dealt with further inside. So the store or the broker is away, or nothing can
            // be stored for another reason. No event is to blame, so none is skipped.
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogOutage(e, context.Group, repository.Type.Name);
                await Task.Delay(context.Options.BackoffBefore(++outage), context.Time, cancellation);
                continue;
            }
            // As long as the event that failed most often has to wait; what failed before it and is given up does not count.
            var failures = _documents.Values.Select(document => document.Failed is null ? 0 : document.Failures).DefaultIfEmpty().Max();
            if (failures > 0)
                await Task.Delay(context.Options.BackoffBefore(failures), context.Time, cancellation);
        }
    }

    private async Task RoundAsync(EventsOfDocument[] documents, CancellationToken cancellation)
    {
        try
        {
            await TryRoundAsync(documents, cancellation);
        }
        catch (DocumentRejectedException e)
        {
            if (documents is not [var document])
            {
                var half = documents.Length / 2;
                await RoundAsync(documents[..half], cancellation);
                await RoundAsync(documents[half..], cancellation);
                return;
            }
            document.Reject(e);
            await SettleAsync(document, cancellation);
        }
    }

    private async Task TryRoundAsync(EventsOfDocument[] documents, CancellationToken cancellation)
    {
        var ids = Array.ConvertAll(documents, document => document.Id);
        var (stored, known) = _rounds++ > 0 ? (await repository.Reads.LoadManyAsync(ids, cancellation), NoIds) : await repository.Reads.FindManyAsync(ids, cancellation);
        var now = context.Time.GetUtcNow();
        var changes = new List<DocumentChange<T>>(documents.Length);
        var settled = new List<EventsOfDocument>();
        var unsure = new List<EventsOfDocument>();
        foreach (var document in documents)
        {
            cancellation.ThrowIfCancellationRequested();
            var change = repository.Writes.Change(document.Id, stored.GetValueOrDefault(document.Id), now);
            Apply(document, change, now);
            if (change.IsChanged)
                changes.Add(change);
            else if (!known.Contains(document.Id))
                settled.Add(document);
            else if (document.Failed is null)
                unsure.Add(document);
        }
        // Nothing is to be written, so a look says as much as loading and deciding again.
        var current = await repository.Reads.FindCurrentAsync([.. unsure.Select(document => stored[document.Id])], cancellation);
        settled.AddRange(unsure.Where(document => current.Contains(document.Id)));
        if (changes.Count > 0)
        {
            var (written, handedOver) = await repository.Writes.WriteManyAsync(changes, cancellation);
            for (var i = 0; i < changes.Count; i++)
                if (written[i])
                    settled.Add(_documents[changes[i].Id]);
            // So that no more is read than can be told.
            await handedOver;
        }
        // First of all: whatever happens to a dead letter, these are not applied again.
        var (handled, duration) = (context.Time.GetUtcNow(), context.Time.GetElapsedTime(_started));
        foreach (var document in settled)
            document.Stored(handled, duration);
        foreach (var document in settled)
            await SettleAsync(document, cancellation);
    }

    /// <summary>Applies the events that are not stored yet, up to the first that its decider throws on or refuses.</summary>
    private void Apply(EventsOfDocument document, DocumentChange<T> change, DateTimeOffset now)
    {
        document.Failed = null;
        for (document.Applied = document.Done; document.Applied < document.End; document.Applied++)
        {
            var (@event, route) = document.Events[document.Applied];
            try
            {
                var decision = route.Decide(document.Id, change.State, @event.Event, now);
                if (decision.Refusal is { } refusal)
                    throw new EventRefusedException(refusal.Detail);
                if (decision.Warning is { } warning)
                    LogWarning(context.Group, route.Event.Name, document.Id, warning);
                change.Apply(decision, new Cause(@event.Activity, @event.Result.Message.Headers));
            }
            catch (Exception e)
            {
                document.Failed = e;
                return;
            }
        }
    }

    /// <summary>What the document took is stored: goes on with what is left of its events.</summary>
    private async Task SettleAsync(EventsOfDocument document, CancellationToken cancellation)
    {
        if (document.Failed is { } error)
        {
            var (failed, route) = document.Events[document.Done];
            // So that the log, and the dead letter's own span, name the event's trace.
            if (failed.Activity is { IsStopped: false } process)
                Activity.Current = process;
            LogFailed(error, context.Group, route.Event.Name, document.Id, document.Failures);
            failed.Telemetry.Failed(failed, error, document.Failures);
            if (document.Failures >= context.Options.MaxAttempts || error is EventRefusedException)
            {
                // One dead letter is enough, however many of the event's documents do not take it.
                if (!failed.IsDead)
                    await context.DeadLetters.AddAsync(failed.Result, error, document.Failures, cancellation);
                failed.IsDead = true;
                failed.Telemetry.Dead(failed, error, context.Time.GetElapsedTime(_started));
                document.SkipFailed();
            }
        }
        if (document.Done == document.Events.Count)
            _documents.Remove(document.Id);
    }

    [LoggerMessage(LogLevel.Warning, "{Group}: {Type} {Id}: {Warning}")]
    private partial void LogWarning(string group, string type, string id, string warning);

    [LoggerMessage(LogLevel.Warning, "{Group}: {Type} {Id} failed {Failures} times")]
    private partial void LogFailed(Exception exception, string group, string type, string id, int failures);

    [LoggerMessage(LogLevel.Warning, "{Group}: {Type} documents cannot be read or written; trying again")]
    private partial void LogOutage(Exception exception, string group, string type);

    /// <summary>The events of the batch that concern one document, in the order in which they came.</summary>
    private sealed class EventsOfDocument(string id)
    {
        private bool _oneByOne;

        public string Id => id;

        public List<(PendingEvent Event, Route<T> Route)> Events { get; } = [];

        /// <summary>How many of them are done: stored, or given up.</summary>
        public int Done { get; private set; }

        /// <summary>How many were done or applied in this round.</summary>
        public int Applied { get; set; }

        /// <summary>How many are to be done or applied in this round.</summary>
        public int End => _oneByOne ? Done + 1 : Events.Count;

        /// <summary>Why the event behind the applied ones was not applied, or the store rejects its outcome; null if all went well.</summary>
        public Exception? Failed { get; set; }

        /// <summary>How often the event that is first now failed.</summary>
        public int Failures { get; private set; }

        /// <summary>What was applied is written, or needed no write.</summary>
        public void Stored(DateTimeOffset now, TimeSpan duration)
        {
            if (Applied > Done)
                Failures = 0;
            for (; Done < Applied; Done++)
                Events[Done].Event.Stored(now, duration);
            if (Failed is not null)
                Failures++;
        }

        /// <summary>The store rejects what was applied, or the id itself. Of several events it is not known which, so they come one by one from now on.</summary>
        public void Reject(Exception error)
        {
            // The next load may be rejected before anything is applied.
            Failed = Applied > Done + 1 ? null : error;
            (_oneByOne, Applied) = (true, Done);
            if (Failed is not null)
                Failures++;
        }

        /// <summary>Leaves out the event that failed for good.</summary>
        public void SkipFailed()
        {
            Events[Done].Event.Open--;
            (Done, Failed, Failures) = (Done + 1, null, 0);
        }
    }
}
