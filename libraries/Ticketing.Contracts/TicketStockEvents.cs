using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ticketing.Messaging;

namespace Ticketing.Contracts;

/// <summary>What has become of a ticket's stock. It is for whoever tells its seller: <see cref="TicketState"/> has all of it.</summary>
public abstract record TicketStock : TicketEvent
{
    /// <summary>The ticket, as <see cref="Event.Id"/> says, too.</summary>
    [JsonRequired]
    public string TicketId { get; init; } = "";

    /// <summary>What is sold, 1 to 200 characters.</summary>
    [JsonRequired]
    public string Title { get; init; } = "";

    /// <summary>The seller.</summary>
    [JsonRequired]
    public string UserId { get; init; } = "";
}

/// <summary>The stock of a ticket has fallen: no more seats are available than its seller calls low. It is told again after more of them were available.</summary>
public sealed record TicketLowStock : TicketStock, IEvent<TicketLowStock>
{
    /// <inheritdoc/>
    public static string TypeName => "ticket.low_stock";

    /// <inheritdoc/>
    public static JsonTypeInfo<TicketLowStock> Json => ContractsJson.Default.TicketLowStock;

    /// <summary>How many seats are neither held nor sold.</summary>
    [JsonRequired]
    public int Available { get; init; }

    /// <summary>How many are few: what the seller said, or a tenth of the quantity, at most 100.</summary>
    [JsonRequired]
    public int Threshold { get; init; }
}

/// <summary>No seat of a ticket is available any more. It is told again after some were.</summary>
public sealed record TicketSoldOut : TicketStock, IEvent<TicketSoldOut>
{
    /// <inheritdoc/>
    public static string TypeName => "ticket.sold_out";

    /// <inheritdoc/>
    public static JsonTypeInfo<TicketSoldOut> Json => ContractsJson.Default.TicketSoldOut;

    /// <summary>How many seats there are in all, each of them held or sold.</summary>
    [JsonRequired]
    public int Quantity { get; init; }
}
