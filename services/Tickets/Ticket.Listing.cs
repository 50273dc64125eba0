using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Tickets;

/// <summary>What a seller does with a ticket.</summary>
public sealed partial record Ticket
{
    /// <summary>Lists a ticket.</summary>
    public static Decision<Ticket> List(string id, string userId, string title, decimal price, string currency, int quantity)
    {
        var ticket = new Ticket
        {
            Id = id,
            Title = title,
            Price = price,
            Currency = currency,
            Quantity = quantity,
            UserId = userId,
            Version = 1,
            Sales = Sales.None,
        };
        return new(ticket, ticket.ToEvent<TicketCreated>());
    }

    /// <summary>
    /// Changes what is not null. The price stays while seats are held, as their orders say what they cost; a seller who knows an older
    /// version is told so.
    /// </summary>
    public static Decision<Ticket> Change(
        Ticket? ticket, string userId, string? title, decimal? price, int? quantity, long? expectedVersion)
    {
        if (ticket is null)
            return Decision<Ticket>.Refuse(RefusalKind.NotFound, "There is no such ticket.");
        if (ticket.UserId != userId)
            return Decision<Ticket>.Refuse(RefusalKind.Forbidden, "Only its seller can change a ticket.");
        if (expectedVersion is { } expected && expected != ticket.Version)
            return Decision<Ticket>.Refuse(RefusalKind.Stale, $"The ticket's version is {ticket.Version}, not {expected}.");
        if (price is not null && price != ticket.Price && ticket.Held > 0)
            return Decision<Ticket>.Refuse(RefusalKind.Conflict, "The price cannot change while seats are held.");
        if (quantity < ticket.Held + ticket.Sold)
            return Decision<Ticket>.Refuse(RefusalKind.Conflict, $"{ticket.Held + ticket.Sold} seats are held or sold.");
        var changed = ticket with
        {
            Title = title ?? ticket.Title,
            Price = price ?? ticket.Price,
            Quantity = quantity ?? ticket.Quantity,
        };
        if (changed == ticket)
            return Decision<Ticket>.Nothing;
        changed = changed with { Version = ticket.Version + 1 };
        return new(changed, changed.ToEvent<TicketUpdated>());
    }

    private T ToEvent<T>()
        where T : TicketState, new() => new()
        {
            Id = Id,
            Title = Title,
            Price = Price,
            Currency = Currency,
            Quantity = Quantity,
            Held = Held,
            Sold = Sold,
            UserId = UserId,
            Version = Version,
        };
}
