using System.Diagnostics;
using Microsoft.Extensions.Options;
using Ticketing.Documents;
using Ticketing.Messaging;

namespace Ticketing.Payments.Webhooks;

/// <inheritdoc cref="ProviderInquiry.AskAsync"/>
public delegate Task<InquiryResult> AskProvider(string intentId, string? orderId, string? heard, CancellationToken cancellation);

/// <summary>
/// Stores events of the provider and handles them: each leads to a question to the provider. Handling starts at once if there is room,
/// and otherwise as soon as there is. What fails, or dies with its process, falls due again. A stop waits a moment for what is under way.
/// </summary>
public sealed partial class ProviderEvents(
    Repository<ProviderEvent> events, Repository<OrderPayment> payments, AskProvider ask,
    WebhookMetrics metrics, IOptions<PaymentOptions> options, TimeProvider time, ILogger<ProviderEvents> logger) : IHostedService, IDisposable
{
    /// <summary>How many events are handled at a time. Behind the limit on their rate, more would only wait.</summary>
    public const int MostAtOnce = 8;

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _lease = options.Value.EffectLease;
    private readonly SemaphoreSlim _room = new(MostAtOnce);

    /// <summary>Stores an event that arrived. When this returns, it is stored, and will be handled whatever becomes of this process.</summary>
    /// <returns>False if it was stored before.</returns>
    /// <exception cref="StoreUnavailableException">Nothing is known to be stored.</exception>
    public async ValueTask<bool> ReceiveAsync(StripeEvent received)
    {
        var startsAtOnce = _room.Wait(0);
        var @event = ProviderEvent.Receive(received, time.GetUtcNow(), startsAtOnce ? _lease : null);
        var isNew = false;
        try
        {
            isNew = await events.AddAsync(@event.Id, new(@event));
        }
        finally
        {
            if (startsAtOnce && !isNew)
                _room.Release();
        }
        Moments.Reached(Moments.NewsStored);
        if (startsAtOnce && isNew)
            Start(@event);
        return isNew;
    }

    /// <summary>Claims the events that are due as there is room, and starts those that no other instance claimed first. Does not wait for their ends.</summary>
    public async Task RunAsync(IReadOnlyList<DocumentView<ProviderEvent>> due, CancellationToken cancellation)
    {
        foreach (var document in due)
        {
            await _room.WaitAsync(cancellation);
            ProviderEvent? claimed = null;
            try
            {
                claimed = await ClaimAsync(document.Id, cancellation);
            }
            finally
            {
                if (claimed is null)
                    _room.Release();
            }
            if (claimed is not null)
                Start(claimed);
        }
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task IHostedService.StopAsync(CancellationToken cancellationToken)
    {
        // All of the room is there when nothing is under way.
        using var patience = new CancellationTokenSource(DrainTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        for (var i = 0; i < MostAtOnce && !stop.IsCancellationRequested; i++)
            await _room.WaitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    void IDisposable.Dispose() => _room.Dispose();

    private async ValueTask<ProviderEvent?> ClaimAsync(string id, CancellationToken cancellation)
    {
        var claimed = false;
        var (@event, _) = await events.ExecuteAsync(id, current =>
        {
            var claim = ProviderEvent.Claim(current, time.GetUtcNow(), _lease);
            claimed = claim.State is not null;
            return claim;
        }, cancellation);
        return claimed ? @event : null;
    }

    private void Start(ProviderEvent claimed)
    {
        _ = HandleAsync();

        async Task HandleAsync()
        {
            // The caller goes on meanwhile.
            await Task.Yield();
            try
            {
                await RecordAsync(claimed, await AskAsync(claimed));
            }
            catch (Exception e)
            {
                LogNotRecorded(e, claimed.Id, _lease);
            }
            finally
            {
                _room.Release();
            }
        }
    }

    /// <summary>The provider's answer; null if there is none.</summary>
    private async Task<InquiryResult?> AskAsync(ProviderEvent @event)
    {
        using var deadline = new CancellationTokenSource(_lease / 2, time);
        Activity? activity = null;
        try
        {
            activity = await StartActivityAsync(@event, deadline.Token);
            return await ask(@event.IntentId, @event.OrderId, @event.Type, deadline.Token);
        }
        catch (Exception e)
        {
            activity?.SetTag("error.type", e.GetType().FullName).SetStatus(ActivityStatusCode.Error, e.Message);
            LogFailed(e, @event.Id, @event.Type, @event.IntentId);
            return null;
        }
        finally
        {
            activity?.Dispose();
        }
    }

    // In the order's trace, where all that happens to its money is, and linked with the webhook's; in that if the order is not known.
    private async ValueTask<Activity?> StartActivityAsync(ProviderEvent @event, CancellationToken cancellation)
    {
        var name = $"handle {@event.Type}";
        var order = @event.OrderId is { } id ? payments.FindRecent(id, TimeSpan.MaxValue) ?? await payments.ViewAsync(id, cancellation) : null;
        return order is null ? events.StartActivity(name, @event) : payments.StartActivity(name, order);
    }

    private async Task RecordAsync(ProviderEvent claimed, InquiryResult? result)
    {
        var isRecorded = false;
        var (@event, _) = await events.ExecuteAsync(claimed.Id, current =>
        {
            var decision = ProviderEvent.Asked(current, claimed.Tries, result, time.GetUtcNow());
            isRecorded = decision.State is not null;
            return decision;
        });
        if (!isRecorded)
            return;
        if (@event!.Outcome == ProviderEventOutcome.GivenUp)
            LogGivenUp(@event.Id, @event.Type, @event.IntentId, @event.ReceivedAt, @event.Tries);
        else if (@event.Outcome == ProviderEventOutcome.Ignored)
            LogIgnored(@event.Id, @event.Type, @event.IntentId);
        metrics.Asked(@event);
    }

    [LoggerMessage(LogLevel.Warning, "Event {EventId} ({EventType}) of {IntentId} is not handled yet: the provider could not be asked, or its answer not be taken over")]
    private partial void LogFailed(Exception exception, string eventId, string eventType, string intentId);

    [LoggerMessage(LogLevel.Warning, "What came of event {EventId} is not stored; it is handled again within {Lease}")]
    private partial void LogNotRecorded(Exception exception, string eventId, TimeSpan lease);

    [LoggerMessage(LogLevel.Warning, "Event {EventId} ({EventType}) of {IntentId} is given up: it arrived at {ReceivedAt} and was tried {Tries} times. Compare the payment with the provider's")]
    private partial void LogGivenUp(string eventId, string eventType, string intentId, DateTimeOffset receivedAt, int tries);

    [LoggerMessage(LogLevel.Information, "Event {EventId} ({EventType}) of {IntentId} is ignored: there is no such order here")]
    private partial void LogIgnored(string eventId, string eventType, string intentId);
}
