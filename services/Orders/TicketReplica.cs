using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging;

namespace Ticketing.Orders;

/// <summary>What Orders knows of a ticket: as new as the last event that came.</summary>
/// <param name="Id">The ticket.</param>
/// <param name="Price">The price of one seat.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Available">Seats that can be ordered.</param>
/// <param name="Version">The ticket's version.</param>
/// <param name="Title">What is sold; null in a replica from before Orders kept it.</param>
/// <param name="Venue">Where it is.</param>
/// <param name="StartsAt">When it begins.</param>
/// <param name="State">Whether it takes orders.</param>
/// <param name="MaxPerBuyer">How many seats one buyer may have at most; no limit if null.</param>
/// <param name="RefundableUntil">Until when buyers can give paid seats back.</param>
/// <param name="SellerId">Who sells it; null in a replica from before Orders kept it.</param>
public sealed record TicketReplica(
    string Id, decimal Price, string Currency, int Available, long Version, string? Title = null, string? Venue = null, DateTimeOffset? StartsAt = null,
    SaleState State = SaleState.OnSale, int? MaxPerBuyer = null, DateTimeOffset? RefundableUntil = null, string? SellerId = null)
{
    /// <summary>Replicas are found by the ticket's id only.</summary>
    public static DocumentType<TicketReplica> Documents { get; } = new("tickets", OrdersJson.Default.TicketReplica);

    /// <summary>Whether so many seats can be ordered, by what is known here. Tickets may know better.</summary>
    public bool Offers(int quantity) => State == SaleState.OnSale && Available >= quantity && !(quantity > MaxPerBuyer);

    /// <summary>Why not, as a sentence.</summary>
    public string WhyNot(int quantity) => State switch
    {
        SaleState.Paused => $"Ticket {Id} is not on sale: its seller has paused it.",
        SaleState.Withdrawn => $"Ticket {Id} is not on sale: its seller has withdrawn it.",
        SaleState.Cancelled => $"Ticket {Id} is not on sale: its seller has cancelled it.",
        _ when quantity > MaxPerBuyer => $"A buyer may have at most {MaxPerBuyer} seats of ticket {Id}.",
        _ => $"Sold out: {Available} of {quantity} seats of ticket {Id} are left.",
    };

    /// <summary>Takes over a newer state; a version that is here already changes nothing.</summary>
    public static Decision<TicketReplica> Update(TicketReplica? replica, TicketState ticket) =>
        replica is not null && replica.Version >= ticket.Version
            ? Decision<TicketReplica>.Nothing
            : new(new TicketReplica(
                ticket.Id, ticket.Price, ticket.Currency, ticket.Quantity - ticket.Held - ticket.Sold, ticket.Version, ticket.Title, ticket.Venue,
                ticket.StartsAt, ticket.State, ticket.MaxPerBuyer, ticket.RefundableUntil, ticket.UserId))
            {
                Warning = replica is not null && ticket.Version > replica.Version + 1
                    ? $"Version {ticket.Version} follows version {replica.Version}; it is taken over, as it has the whole state." : null,
            };
}
