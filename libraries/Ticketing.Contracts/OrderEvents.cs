using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ticketing.Messaging;

namespace Ticketing.Contracts;

/// <summary>An order's whole state after a change. Its <see cref="Event.Id"/> is the order's.</summary>
public abstract record OrderEvent : Event
{
    /// <summary>The order, named as in every event that concerns one.</summary>
    [JsonRequired]
    public string OrderId { get; init; } = "";

    /// <summary>Who ordered.</summary>
    [JsonRequired]
    public string UserId { get; init; } = "";

    /// <summary>What was ordered: the ticket of the first line.</summary>
    [JsonRequired]
    public string TicketId { get; init; } = "";

    /// <summary>How many seats of <see cref="TicketId"/>, 1 or more.</summary>
    [JsonRequired]
    public int Quantity { get; init; }

    /// <summary>Every ticket of the order. Null in events of before orders had lines: then it is <see cref="TicketId"/> alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OrderLine>? Lines { get; init; }

    /// <summary>The total to be charged, in <see cref="Currency"/>: all seats together, as the buyer saw it.</summary>
    [JsonRequired]
    public decimal Price { get; init; }

    /// <summary>
    /// The part of <see cref="Price"/> that goes back because seats were given back (<see cref="OrderLine.Cancelled"/>). It never becomes less. If the order
    /// is dead, all of the price goes back.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal Refund { get; init; }

    /// <summary>ISO 4217 code.</summary>
    [JsonRequired]
    public string Currency { get; init; } = "";

    /// <summary>Where the order stands.</summary>
    [JsonRequired]
    public OrderStatus Status { get; init; }

    /// <summary>Why it ended, for an order that was cancelled or failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>What became of the buyer's dispute with the bank over its payment; null if there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DisputeState? Dispute { get; init; }

    /// <summary>When the hold on its seats runs out unless it is paid.</summary>
    [JsonRequired]
    [JsonConverter(typeof(UtcJsonConverter))]
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>See <see cref="Topics.Orders"/>.</summary>
    public static string TopicName => Topics.Orders;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Key => OrderId;

    /// <summary>Every ticket of the order, whenever it was published.</summary>
    [JsonIgnore]
    public IReadOnlyList<OrderLine> AllLines => Lines ?? [new() { TicketId = TicketId, Quantity = Quantity, UnitPrice = Price / Quantity }];
}

/// <summary>Seats of one ticket in an order.</summary>
public sealed record OrderLine
{
    /// <summary>The ticket. No other line of the order is for the same.</summary>
    [JsonRequired]
    public string TicketId { get; init; } = "";

    /// <summary>How many seats, 1 or more.</summary>
    [JsonRequired]
    public int Quantity { get; init; }

    /// <summary>The price of one seat, as the buyer saw it.</summary>
    [JsonRequired]
    public decimal UnitPrice { get; init; }

    /// <summary>How many of the seats were given back after the payment. It never becomes less.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Cancelled { get; init; }

    /// <summary>The ticket's title, as the buyer saw it; null if nobody knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Title { get; init; }

    /// <summary>Where it is, as the buyer saw it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Venue { get; init; }

    /// <summary>When it begins, as the buyer saw it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(UtcJsonConverter))]
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Until when its buyer can give paid seats back, as the buyer saw it; at any time if null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(UtcJsonConverter))]
    public DateTimeOffset? RefundableUntil { get; init; }

    /// <summary>Who sells the ticket; null in events from before orders named the seller.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SellerId { get; init; }

    /// <summary>The seats that were not given back.</summary>
    [JsonIgnore]
    public int Kept => Quantity - Cancelled;
}

/// <summary>An order was placed; its seats are not reserved yet.</summary>
public sealed record OrderCreated : OrderEvent, IEvent<OrderCreated>
{
    /// <inheritdoc/>
    public static string TypeName => "order.created";

    /// <inheritdoc/>
    public static JsonTypeInfo<OrderCreated> Json => ContractsJson.Default.OrderCreated;
}

/// <summary>The seats are reserved; the order waits for its payment.</summary>
public sealed record OrderPending : OrderEvent, IEvent<OrderPending>
{
    /// <inheritdoc/>
    public static string TypeName => "order.pending";

    /// <inheritdoc/>
    public static JsonTypeInfo<OrderPending> Json => ContractsJson.Default.OrderPending;
}

/// <summary>The order is paid. It is told again when some of its seats were given back.</summary>
public sealed record OrderCompleted : OrderEvent, IEvent<OrderCompleted>
{
    /// <inheritdoc/>
    public static string TypeName => "order.completed";

    /// <inheritdoc/>
    public static JsonTypeInfo<OrderCompleted> Json => ContractsJson.Default.OrderCompleted;
}

/// <summary>The order was given up: by its buyer or a seller, by the clock or for want of seats. Its seats are free, its money goes back.</summary>
public sealed record OrderCancelled : OrderEvent, IEvent<OrderCancelled>
{
    /// <inheritdoc/>
    public static string TypeName => "order.cancelled";

    /// <inheritdoc/>
    public static JsonTypeInfo<OrderCancelled> Json => ContractsJson.Default.OrderCancelled;
}

/// <summary>The payment was declined. The seats are free.</summary>
public sealed record OrderFailed : OrderEvent, IEvent<OrderFailed>
{
    /// <inheritdoc/>
    public static string TypeName => "order.failed";

    /// <inheritdoc/>
    public static JsonTypeInfo<OrderFailed> Json => ContractsJson.Default.OrderFailed;
}
