using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Documents;

namespace Ticketing.Tickets;

/// <summary>A ticket and who holds its seats. The only authority over them: <c>Held + Sold &lt;= Quantity</c>, always.</summary>
public sealed partial record Ticket
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What is sold.</summary>
    public required string Title { get; init; }

    /// <summary>The price of one seat.</summary>
    public required decimal Price { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Seats in all.</summary>
    public required int Quantity { get; init; }

    /// <summary>The seller.</summary>
    public required string UserId { get; init; }

    /// <summary>From 1, one more with each change.</summary>
    public required long Version { get; init; }

    /// <summary>Whether it takes orders.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public SaleState State { get; init; }

    /// <summary>What its listing says besides.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TicketDetails Details { get; init; }

    /// <summary>A digest of what was listed, if that was done with an idempotency key.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ListedAs { get; init; }

    /// <summary>Seats that are reserved and not paid.</summary>
    public int Held { get; init; }

    /// <summary>Seats that are paid.</summary>
    public int Sold { get; init; }

    /// <summary>What the paid seats cost, each as its order says: the price may have changed between them. Those without a price are left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal Revenue { get; init; }

    /// <summary>The seats that are reserved and not paid, by order.</summary>
    public ImmutableDictionary<string, Seats> Holds { get; init; } = ImmutableDictionary<string, Seats>.Empty;

    /// <summary>
    /// The seats that are paid, by order. They stay, so that an order's events change nothing when they are read again. They are stored
    /// beside the ticket, and not read to show it.
    /// </summary>
    [JsonIgnore]
    public Sales Sales { get; init; } = Sales.NotRead;

    /// <summary>
    /// The orders that had seats and are dead, with the end of their holds. They stay for that long, so that they get no seats when their events are
    /// read again; later, <see cref="OrderEvent.ExpiresAt"/> says so.
    /// </summary>
    public ImmutableDictionary<string, DateTimeOffset> Ended { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>The orders whose seats the seller has taken back, and that have them still. If the ticket is cancelled, these are all of them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableHashSet<string>? Revoked { get; init; }

    /// <summary>When the next of these orders are told at the latest; null while there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? RevokeAt { get; init; }

    /// <summary>The last order that was told, of those that are told one after the other; null before the first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RevokedUpTo { get; init; }

    /// <summary>How many of them were told and have their seats still.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Revoking { get; init; }

    /// <summary>The version with which it was told that the stock is low; null while it is not, or was not told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LowStockSince { get; init; }

    /// <summary>The same of being sold out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SoldOutSince { get; init; }

    /// <summary>Seats that are neither held nor sold.</summary>
    [JsonIgnore]
    public int Available => Quantity - Held - Sold;

    /// <summary>Whether it takes orders at this time.</summary>
    public bool IsOnSale(DateTimeOffset now) => State == SaleState.OnSale && Details.IsSalesTime(now);

    /// <summary>
    /// Tickets by id: those that are not withdrawn or cancelled, those that also take orders and have a seat left, and a seller's. And those with orders to
    /// be told that they lose their seats, by when.
    /// </summary>
    public static DocumentType<Ticket> Documents { get; } = new(
        "tickets", TicketsJson.Default.Ticket,
        new DocumentIndex<Ticket>("all", ticket => ticket.State is SaleState.OnSale or SaleState.Paused ? "" : null),
        new DocumentIndex<Ticket>("available", ticket => ticket.State == SaleState.OnSale && ticket.Available > 0 ? "" : null),
        new DocumentIndex<Ticket>("by_seller", ticket => ticket.UserId),
        new DocumentIndex<Ticket>("revoking", ticket => ticket.RevokeAt is { } due ? IndexQuery.Key(due) : null))
    {
        Parts = new(ticket => ticket.Sales.Parts, (ticket, parts) => ticket with { Sales = Sales.Of(parts) }),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Ticket))]
internal sealed partial class TicketsJson : JsonSerializerContext;
