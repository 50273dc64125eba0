using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging;

namespace Ticketing.Expiration;

/// <summary>The timer of an order's hold.</summary>
/// <param name="OrderId">The order; the timer's id is the same.</param>
/// <param name="ExpiresAt">When it fires.</param>
/// <param name="Status">Whether it still will.</param>
/// <param name="TicketId">The ticket whose seats the order holds, the first if there are several.</param>
/// <param name="TicketIds">All of them, if there are several.</param>
/// <param name="Trace">The order's trace, which goes on when the timer fires.</param>
/// <param name="Firings">How often it has fired.</param>
public sealed record OrderTimer(
    string OrderId, DateTimeOffset ExpiresAt, TimerStatus Status, string? TicketId = null, IReadOnlyList<string>? TicketIds = null,
    TraceContext? Trace = null, int Firings = 0)
{
    /// <summary>Timers that are set, by the time at which they fire.</summary>
    public static DocumentType<OrderTimer> Documents { get; } = new(
        "timers", ExpirationJson.Default.OrderTimer,
        new DocumentIndex<OrderTimer>("due", timer => timer.Status == TimerStatus.Set ? IndexQuery.Key(timer.ExpiresAt) : null))
    {
        Trace = new(timer => timer.Trace, (timer, trace) => timer with { Trace = trace }),
    };

    /// <summary>An order was placed, or its hold was prolonged. A timer that is there already has been set, cleared or fired for it before.</summary>
    public static Decision<OrderTimer> Set(OrderTimer? timer, OrderEvent order) => timer switch
    {
        null => new(Of(order)),
        { Status: not TimerStatus.Cleared } when order.ExpiresAt > timer.ExpiresAt =>
            new(timer with { ExpiresAt = order.ExpiresAt, Status = TimerStatus.Set }),
        _ => Decision<OrderTimer>.Nothing,
    };

    /// <summary>An order's fate is decided: its hold no longer matters.</summary>
    public static Decision<OrderTimer> Clear(OrderTimer? timer, OrderEvent order) =>
        timer is { Status: TimerStatus.Set } ? new(timer with { Status = TimerStatus.Cleared }) : Decision<OrderTimer>.Nothing;

    /// <summary>The hold ran out.</summary>
    public static Decision<OrderTimer> Fire(OrderTimer timer)
    {
        if (timer.Status != TimerStatus.Set)
            return Decision<OrderTimer>.Nothing;
        var fired = timer with { Status = TimerStatus.Fired, Firings = timer.Firings + 1 };
        return new(fired, fired.Expired());
    }

    /// <summary>That it fired, told again.</summary>
    public IReadOnlyList<IEvent> Tell() => Status == TimerStatus.Fired ? [Expired()] : [];

    private static OrderTimer Of(OrderEvent order) => new(
        order.OrderId, order.ExpiresAt, TimerStatus.Set, order.TicketId,
        order.AllLines is { Count: > 1 } lines ? [.. lines.Select(line => line.TicketId)] : null);

    private ExpirationExpired Expired() => new() { Id = OrderId, OrderId = OrderId, TicketId = TicketId, TicketIds = TicketIds, Version = Math.Max(1, Firings) };
}

/// <summary>Where a timer stands.</summary>
public enum TimerStatus
{
    /// <summary>It fires when its time comes.</summary>
    Set,

    /// <summary>It does not fire: the order was paid or ended.</summary>
    Cleared,

    /// <summary>It fired.</summary>
    Fired,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OrderTimer))]
internal sealed partial class ExpirationJson : JsonSerializerContext;
