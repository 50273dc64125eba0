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

    /// <summary>Seats that are reserved and not paid.</summary>
    public int Held { get; init; }

    /// <summary>Seats that are paid.</summary>
    public int Sold { get; init; }

    /// <summary>What the paid seats cost, each as its order says: the price may have changed between them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal Revenue { get; init; }

    /// <summary>The seats that are reserved and not paid, by order.</summary>
    public ImmutableDictionary<string, int> Holds { get; init; } = ImmutableDictionary<string, int>.Empty;

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

    /// <summary>Seats that are neither held nor sold.</summary>
    [JsonIgnore]
    public int Available => Quantity - Held - Sold;

    /// <summary>Whether it takes orders at this time.</summary>
    public bool IsOnSale(DateTimeOffset now) => State == SaleState.OnSale && Details.IsSalesTime(now);

    /// <summary>Tickets by id: those that are not withdrawn, those that also take orders and have a seat left, and a seller's.</summary>
    public static DocumentType<Ticket> Documents { get; } = new(
        "tickets", TicketsJson.Default.Ticket,
        new DocumentIndex<Ticket>("all", ticket => ticket.State != SaleState.Withdrawn ? "" : null),
        new DocumentIndex<Ticket>("available", ticket => ticket.State == SaleState.OnSale && ticket.Available > 0 ? "" : null),
        new DocumentIndex<Ticket>("by_seller", ticket => ticket.UserId))
    {
        Parts = new(ticket => ticket.Sales.Parts, (ticket, parts) => ticket with { Sales = Sales.Of(parts) }),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Ticket))]
internal sealed partial class TicketsJson : JsonSerializerContext;
