using System.Text.Json.Serialization;
using Ticketing.Documents;
using Ticketing.Messaging;

namespace Ticketing.Payments.Webhooks;

/// <summary>
/// An event of the provider that a webhook told, from its arrival until it is handled, and after, so that it is handled once. Nothing of what it says is
/// kept but what it is about: the provider is asked for that.
/// </summary>
public sealed record ProviderEvent
{
    // An order may still be on its way here when its payment is told.
    private static readonly TimeSpan UnknownFor = TimeSpan.FromHours(1);

    // As long as Stripe goes on to send what is not answered.
    private static readonly TimeSpan TriedFor = TimeSpan.FromDays(3);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    /// <summary>The provider's id; the document's id is the same.</summary>
    public required string Id { get; init; }

    /// <summary>The provider's type.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened at the provider.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The PaymentIntent to ask for.</summary>
    public required string IntentId { get; init; }

    /// <summary>Its order, if the event names it.</summary>
    public string? OrderId { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When it is to be handled (again); null once it has an outcome.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How often its handling began. It also tells whose the present try is.</summary>
    public int Tries { get; init; }

    /// <summary>Since when its PaymentIntent is known to be of no order here.</summary>
    public DateTimeOffset? UnknownSince { get; init; }

    /// <summary>What came of it.</summary>
    public ProviderEventOutcome? Outcome { get; init; }

    /// <summary>When that was known.</summary>
    public DateTimeOffset? HandledAt { get; init; }

    /// <summary>The trace of the webhook that told it.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>Events by id, and those that are not handled, by when they are to be.</summary>
    public static DocumentType<ProviderEvent> Documents { get; } = new(
        "provider_events", ProviderEventJson.Default.ProviderEvent,
        new DocumentIndex<ProviderEvent>("due", @event => @event.DueAt is { } due ? IndexQuery.Key(due) : null))
    {
        Trace = new(@event => @event.Trace, (@event, trace) => @event with { Trace = trace }),
    };

    /// <summary>An event arrived for the first time.</summary>
    /// <param name="received">The event.</param>
    /// <param name="now">The time.</param>
    /// <param name="lease">Until when its handling, which starts at once, is its receiver's; null if the receiver has no time for it.</param>
    public static ProviderEvent Receive(StripeEvent received, DateTimeOffset now, TimeSpan? lease) => new()
    {
        Id = received.Id,
        Type = received.Type,
        Created = received.Created,
        IntentId = received.IntentId!,
        OrderId = received.OrderId,
        ReceivedAt = now,
        DueAt = now + (lease ?? TimeSpan.Zero),
        Tries = lease is null ? 0 : 1,
    };

    /// <summary>An instance takes the handling that is due upon itself, until its lease ends.</summary>
    public static Decision<ProviderEvent> Claim(ProviderEvent? @event, DateTimeOffset now, TimeSpan lease) =>
        @event is { DueAt: { } due } && due <= now
            ? new(@event with { DueAt = now + lease, Tries = @event.Tries + 1 })
            : Decision<ProviderEvent>.Nothing;

    /// <summary>
    /// The provider was asked, or could not be. An answer counts whoever asked. That there was none, or none that helps, counts only for the try under way:
    /// another one may have begun since.
    /// </summary>
    /// <param name="event">The event.</param>
    /// <param name="attempt">Which try it was.</param>
    /// <param name="result">The answer; null if there was none.</param>
    /// <param name="now">The time.</param>
    public static Decision<ProviderEvent> Asked(ProviderEvent? @event, int attempt, InquiryResult? result, DateTimeOffset now)
    {
        if (@event is null or { Outcome: not null })
            return Decision<ProviderEvent>.Nothing;
        switch (result)
        {
            case InquiryResult.TakenOver:
                return @event.Ended(ProviderEventOutcome.TakenOver, now);
            case InquiryResult.NothingNew:
                return @event.Ended(ProviderEventOutcome.NothingNew, now);
        }
        if (@event.Tries != attempt)
            return Decision<ProviderEvent>.Nothing;
        var unknownSince = result == InquiryResult.NotOurs ? @event.UnknownSince ?? now : @event.UnknownSince;
        if (result == InquiryResult.NotOurs && now - unknownSince >= UnknownFor)
            return @event.Ended(ProviderEventOutcome.Ignored, now);
        if (now - @event.ReceivedAt >= TriedFor)
            return @event.Ended(ProviderEventOutcome.GivenUp, now);
        return new(@event with { DueAt = now + Pause(attempt), UnknownSince = unknownSince });
    }

    /// <summary>How long to wait after a try, from 1: twice as long each time.</summary>
    private static TimeSpan Pause(int attempt)
    {
        var pause = ShortestPause * Math.Pow(2, Math.Min(attempt - 1, 10));
        return pause < LongestPause ? pause : LongestPause;
    }

    private Decision<ProviderEvent> Ended(ProviderEventOutcome outcome, DateTimeOffset now) =>
        new(this with { Outcome = outcome, HandledAt = now, DueAt = null });
}

/// <summary>What came of an event.</summary>
public enum ProviderEventOutcome
{
    /// <summary>The provider knew something that was not known here.</summary>
    [JsonStringEnumMemberName("taken_over")] TakenOver,

    /// <summary>All that the provider knew was known here.</summary>
    [JsonStringEnumMemberName("nothing_new")] NothingNew,

    /// <summary>It is about no order of this shop.</summary>
    [JsonStringEnumMemberName("ignored")] Ignored,

    /// <summary>The provider could not be asked for three days.</summary>
    [JsonStringEnumMemberName("given_up")] GivenUp,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProviderEvent))]
internal sealed partial class ProviderEventJson : JsonSerializerContext;
