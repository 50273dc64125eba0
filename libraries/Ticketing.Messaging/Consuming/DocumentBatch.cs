using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Ticketing.Documents;

namespace Ticketing.Messaging.Consuming;

/// <summary>The events of a batch that concern documents of one type.</summary>
internal abstract class DocumentBatch
{
    public abstract Task ProcessAsync(CancellationToken cancellation);
}

/// <summary>
/// Rounds of one read, all events in memory, one write; the next round has what met a conflict, threw, or needed no write as far as this
/// process knew, or guessed, without reading. So one failing event delays the rest of its own document, and nothing else in the batch. What
/// the store rejects is narrowed down by halves to its document, then to its event.
/// </summary>
internal sealed partial class DocumentBatch<T>(Repository<T> repository, GroupContext context) : DocumentBatch
    where T : class
{
    private readonly ILogger _logger = context.Logger;
    private readonly Dictionary<string, DocumentEvents<T>> _documents = [];
    private long _started;
    private int _rounds;

    public void Add(string id, PendingEvent<T> @event)
    {
        if (!_documents.TryGetValue(id, out var events))
            _documents[id] = events = new(id);
        events.Add(@event);
    }

    public override async Task ProcessAsync(CancellationToken cancellation)
    {
        _started = context.Time.GetTimestamp();
        var outage = 0;
        while (_documents.Count > 0)
        {
            try
            {
                await RoundAsync([.. _documents.Values], cancellation);
                outage = 0;
            }
            // Handlers' exceptions and rejected documents are dealt with further inside. So the store or the broker is away, or nothing can
            // be stored for another reason. No event is to blame, so none is skipped.
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogOutage(e, context.Group, repository.Type.Name);
                await Task.Delay(context.Options.BackoffBefore(++outage), context.Time, cancellation);
                continue;
            }
            // As long as the event that failed most often has to wait; what failed before it and is given up does not count.
            var failures = _documents.Values.Select(events => events.Failed?.Event.Failures ?? 0).DefaultIfEmpty().Max();
            if (failures > 0)
                await Task.Delay(context.Options.BackoffBefore(failures), context.Time, cancellation);
        }
    }

    private async Task RoundAsync(DocumentEvents<T>[] documents, CancellationToken cancellation)
    {
        try
        {
            await TryRoundAsync(documents, cancellation);
        }
        catch (DocumentRejectedException e)
        {
            if (documents is not [var events])
            {
                var half = documents.Length / 2;
                await RoundAsync(documents[..half], cancellation);
                await RoundAsync(documents[half..], cancellation);
                return;
            }
            events.Reject(e);
            await SettleAsync(events, cancellation);
        }
    }

    private async Task TryRoundAsync(DocumentEvents<T>[] documents, CancellationToken cancellation)
    {
        var (stored, recent) = await repository.FindManyAsync(documents, _rounds++ > 0, cancellation);
        var now = context.Time.GetUtcNow();
        var changes = new List<DocumentChange<T>>(documents.Length);
        var settled = new List<DocumentEvents<T>>();
        foreach (var events in documents)
        {
            cancellation.ThrowIfCancellationRequested();
            var change = new DocumentChange<T>(repository.Type, events.Id, stored.GetValueOrDefault(events.Id), now);
            events.Apply(change, context);
            if (change.IsChanged)
                changes.Add(change);
            else if (!recent.Contains(events.Id))
                settled.Add(events);
        }
        if (changes.Count > 0)
        {
            var written = await repository.WriteManyAsync(changes, cancellation);
            for (var i = 0; i < changes.Count; i++)
                if (written[i])
                    settled.Add(_documents[changes[i].Id]);
        }
        // First of all: whatever happens to a dead letter, these are not applied again.
        var (handled, duration) = (context.Time.GetUtcNow(), context.Time.GetElapsedTime(_started));
        foreach (var events in settled)
            events.Stored(handled, duration);
        foreach (var events in settled)
            await SettleAsync(events, cancellation);
    }

    /// <summary>What the document took is stored: goes on with what is left of its events.</summary>
    private async Task SettleAsync(DocumentEvents<T> events, CancellationToken cancellation)
    {
        if (events.Failed is var (failed, error))
        {
            // So that the log, and the dead letter's own span, name the event's trace.
            if (failed.Activity is { IsStopped: false } process)
                Activity.Current = process;
            LogFailed(error, context.Group, failed.Type, events.Id, ++failed.Failures);
            failed.Telemetry.Failed(failed, error);
            if (failed.Failures >= context.Options.MaxAttempts || error is EventRefusedException)
            {
                await context.DeadLetters.AddAsync(failed.Result, error, failed.Failures, cancellation);
                failed.Telemetry.Dead(failed, error, context.Time.GetElapsedTime(_started));
                events.SkipFailed();
            }
        }
        if (events.IsDone)
            _documents.Remove(events.Id);
    }

    [LoggerMessage(LogLevel.Warning, "{Group}: {Type} {Id} failed {Failures} times")]
    private partial void LogFailed(Exception exception, string group, string type, string id, int failures);

    [LoggerMessage(LogLevel.Warning, "{Group}: {Type} documents cannot be read or written; trying again")]
    private partial void LogOutage(Exception exception, string group, string type);
}
