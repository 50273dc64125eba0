using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ticketing.Messaging;

namespace Ticketing.Contracts;

/// <summary>What Tickets tells of a ticket. Its <see cref="Event.Id"/> is the ticket's.</summary>
public abstract record TicketEvent : Event
{
    /// <summary>See <see cref="Topics.Tickets"/>.</summary>
    public static string TopicName => Topics.Tickets;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Key => Id;
}

/// <summary>A ticket's whole state after a change.</summary>
public abstract record TicketState : TicketEvent
{
    /// <summary>What is sold, 1 to 200 characters.</summary>
    [JsonRequired]
    public string Title { get; init; } = "";

    /// <summary>The price of one seat in <see cref="Currency"/>.</summary>
    [JsonRequired]
    public decimal Price { get; init; }

    /// <summary>ISO 4217 code.</summary>
    [JsonRequired]
    public string Currency { get; init; } = "";

    /// <summary>How many seats there are in all.</summary>
    [JsonRequired]
    public int Quantity { get; init; }

    /// <summary>How many seats are reserved by orders that are not paid yet.</summary>
    [JsonRequired]
    public int Held { get; init; }

    /// <summary>How many seats are paid.</summary>
    [JsonRequired]
    public int Sold { get; init; }

    /// <summary>The seller.</summary>
    [JsonRequired]
    public string UserId { get; init; } = "";

    /// <summary>Whether it takes orders. <c>on_sale</c> is not written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public SaleState State { get; init; }

    /// <summary>When what is sold begins.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(UtcJsonConverter))]
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Where it is, 1 to 200 characters.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Venue { get; init; }

    /// <summary>Orders that Tickets reads earlier get no seats.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(UtcJsonConverter))]
    public DateTimeOffset? SalesFrom { get; init; }

    /// <summary>Orders that Tickets reads later get no seats.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(UtcJsonConverter))]
    public DateTimeOffset? SalesUntil { get; init; }

    /// <summary>The stock is low when no more seats than these are available.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LowStockAt { get; init; }

    /// <summary>How many seats one buyer may hold and have bought at most. Null in events of before there was a limit: then there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxPerBuyer { get; init; }

    /// <summary>Until when buyers can give paid seats back; at any time if null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(UtcJsonConverter))]
    public DateTimeOffset? RefundableUntil { get; init; }

    /// <summary>Seats that are held back, and are not in <see cref="Quantity"/> yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TicketRefill? Refill { get; init; }
}

/// <summary>Seats that a seller holds back, and when they are added to those for sale.</summary>
public sealed record TicketRefill
{
    /// <summary>Some are added when no more seats than these are available.</summary>
    [JsonRequired]
    public int Below { get; init; }

    /// <summary>How many at a time. The last time, it is what is left.</summary>
    [JsonRequired]
    public int Amount { get; init; }

    /// <summary>How many in all.</summary>
    [JsonRequired]
    public int UpTo { get; init; }

    /// <summary>How many have been added: <see cref="TicketState.Quantity"/> counts them.</summary>
    [JsonRequired]
    public int Released { get; init; }
}

/// <summary>A ticket was listed.</summary>
public sealed record TicketCreated : TicketState, IEvent<TicketCreated>
{
    /// <inheritdoc/>
    public static string TypeName => "ticket.created";

    /// <inheritdoc/>
    public static JsonTypeInfo<TicketCreated> Json => ContractsJson.Default.TicketCreated;
}

/// <summary>A ticket changed: by its seller, or because seats were reserved, sold or released.</summary>
public sealed record TicketUpdated : TicketState, IEvent<TicketUpdated>
{
    /// <inheritdoc/>
    public static string TypeName => "ticket.updated";

    /// <inheritdoc/>
    public static JsonTypeInfo<TicketUpdated> Json => ContractsJson.Default.TicketUpdated;
}

/// <summary>The seats of an order are reserved: the answer to <see cref="OrderCreated"/>.</summary>
public sealed record TicketReserved : TicketEvent, IEvent<TicketReserved>
{
    /// <inheritdoc/>
    public static string TypeName => "ticket.reserved";

    /// <inheritdoc/>
    public static JsonTypeInfo<TicketReserved> Json => ContractsJson.Default.TicketReserved;

    /// <summary>The order that the seats are held for.</summary>
    [JsonRequired]
    public string OrderId { get; init; } = "";

    /// <summary>How many seats.</summary>
    [JsonRequired]
    public int Quantity { get; init; }
}

/// <summary>The seats of an order could not be reserved: the other answer to <see cref="OrderCreated"/>.</summary>
public sealed record TicketRejected : TicketEvent, IEvent<TicketRejected>
{
    /// <inheritdoc/>
    public static string TypeName => "ticket.rejected";

    /// <inheritdoc/>
    public static JsonTypeInfo<TicketRejected> Json => ContractsJson.Default.TicketRejected;

    /// <summary>The order that got no seats.</summary>
    [JsonRequired]
    public string OrderId { get; init; } = "";

    /// <summary>One of <see cref="Reasons"/>: sold out, not on sale, the price changed, the buyer's limit, or the hold is over.</summary>
    [JsonRequired]
    public string Reason { get; init; } = "";
}

/// <summary>The seller takes the seats of an order back. Orders cancels them, which releases them and refunds their money.</summary>
public sealed record TicketRevoked : TicketEvent, IEvent<TicketRevoked>
{
    /// <inheritdoc/>
    public static string TypeName => "ticket.revoked";

    /// <inheritdoc/>
    public static JsonTypeInfo<TicketRevoked> Json => ContractsJson.Default.TicketRevoked;

    /// <summary>The order that loses its seats.</summary>
    [JsonRequired]
    public string OrderId { get; init; } = "";
}
