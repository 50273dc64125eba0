using System.Diagnostics.Metrics;
using Ticketing.Documents;
using Ticketing.Messaging;
using Ticketing.Payments.Gateway;

namespace Ticketing.Payments.Webhooks;

/// <summary>
/// What is counted of webhooks, and how old the oldest event is that is not handled. The store is asked for that now and then, from the first time that
/// metrics are collected, so collecting never waits.
/// </summary>
public sealed class WebhookMetrics : BackgroundService
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Ticketing.Payments";

    // OpenTelemetry's word for what is none of a few, as for methods of HTTP: Stripe has hundreds of types, and new ones at any time.
    private const string OtherType = "_OTHER";
    private const string TypeTag = "ticketing.webhook.type", OutcomeTag = "ticketing.webhook.outcome";

    // Of the events that are not handled, those that fall due first.
    private const int MostLookedAt = 1000;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly Repository<ProviderEvent> _events;
    private readonly TimeProvider _time;
    private readonly Counter<long> _received;
    private readonly Counter<long> _handled;
    private readonly Counter<long> _retries;
    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private DateTimeOffset? _oldest;

    /// <summary>Makes the instruments.</summary>
    public WebhookMetrics(IMeterFactory meters, Repository<ProviderEvent> events, TimeProvider time)
    {
        (_events, _time) = (events, time);
        var meter = meters.Create(Name);
        _received = meter.CreateCounter<long>("ticketing.webhooks.received", "{webhook}", "Webhooks that arrived, by what they were answered.");
        _handled = meter.CreateCounter<long>("ticketing.webhooks.handled", "{event}", "Events of the provider that have an outcome.");
        _retries = meter.CreateCounter<long>("ticketing.webhooks.retries", "{event}", "Events of the provider that failed, or whose order is not known, and are handled again.");
        meter.CreateObservableGauge(
            "ticketing.webhooks.oldest_age", () => OldestAge.TotalSeconds, "s", "Since when the oldest event of the provider waits to be handled; 0 if there is none.");
    }

    private TimeSpan OldestAge
    {
        get
        {
            _wanted.TrySetResult();
            lock (_lock)
                return _oldest is { } oldest ? _time.GetUtcNow() - oldest : TimeSpan.Zero;
        }
    }

    /// <summary>A webhook was answered.</summary>
    /// <param name="outcome">What it was answered.</param>
    /// <param name="type">Its event's type; null if it is not known to come from the provider.</param>
    internal void Received(string outcome, string? type = null)
    {
        if (type is null)
            _received.Add(1, new KeyValuePair<string, object?>(OutcomeTag, outcome));
        else
            _received.Add(1, new(OutcomeTag, outcome), new(TypeTag, StripeGateway.EventTypes.Contains(type) ? type : OtherType));
    }

    /// <summary>The provider was asked because of an event, or could not be.</summary>
    internal void Asked(ProviderEvent @event)
    {
        var type = new KeyValuePair<string, object?>(TypeTag, @event.Type);
        if (@event.Outcome is { } outcome)
            _handled.Add(1, type, new(OutcomeTag, NameOf(outcome)));
        else
            _retries.Add(1, type);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, _time);
        try
        {
            await _wanted.Task.WaitAsync(stoppingToken);
            do
                await LookAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            var open = await _events.Store.QueryAsync(new IndexQuery("due", "", null, MostLookedAt), cancellation);
            lock (_lock)
                _oldest = open.Count == 0 ? null : open.Min(document => document.State.ReceivedAt);
        }
        catch (StoreUnavailableException)
        {
            // What was seen last only becomes older, and /health says what is away.
        }
    }

    private static string NameOf(ProviderEventOutcome outcome) => outcome switch
    {
        ProviderEventOutcome.TakenOver => "taken_over",
        ProviderEventOutcome.NothingNew => "nothing_new",
        ProviderEventOutcome.Ignored => "ignored",
        _ => "given_up",
    };
}
