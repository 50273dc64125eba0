using System.Text.Json.Serialization;

namespace Ticketing.Contracts;

/// <summary>What Tickets tells of a ticket. Its <see cref="Event.Id"/> is the ticket's.</summary>
public abstract record TicketEvent : Event
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Topic => Topics.Tickets;

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
}

/// <summary>A ticket was listed.</summary>
public sealed record TicketCreated : TicketState;

/// <summary>A ticket changed: by its seller, or because seats were reserved, sold or released.</summary>
public sealed record TicketUpdated : TicketState;

/// <summary>The seats of an order are reserved: the answer to <see cref="OrderCreated"/>.</summary>
public sealed record TicketReserved : TicketEvent
{
    /// <summary>The order that the seats are held for.</summary>
    [JsonRequired]
    public string OrderId { get; init; } = "";

    /// <summary>How many seats.</summary>
    [JsonRequired]
    public int Quantity { get; init; }
}

/// <summary>The seats of an order could not be reserved: the other answer to <see cref="OrderCreated"/>.</summary>
public sealed record TicketRejected : TicketEvent
{
    /// <summary>The order that got no seats.</summary>
    [JsonRequired]
    public string OrderId { get; init; } = "";

    /// <summary>One of <see cref="Reasons"/>: sold out, or the price changed.</summary>
    [JsonRequired]
    public string Reason { get; init; } = "";
}
