using System.Diagnostics.CodeAnalysis;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Tickets;

/// <summary>What a seller does with a ticket.</summary>
public sealed partial record Ticket
{
    /// <summary>Lists a ticket.</summary>
    public static Decision<Ticket> List(
        string id, string userId, string title, decimal price, string currency, int quantity, TicketDetails details = default)
    {
        if (details.BrokenRules(before: default) is { Count: > 0 } broken)
            return Decision<Ticket>.RefuseFields(broken);
        var ticket = new Ticket
        {
            Id = id,
            Title = title,
            Price = price,
            Currency = currency,
            Quantity = quantity,
            UserId = userId,
            Version = 1,
            Details = details,
            Sales = Sales.None,
        };
        return new(ticket, ticket.ToEvent<TicketCreated>());
    }

    /// <summary>
    /// Changes what is not null. The price stays while seats are held, as their orders say what they cost; a seller who knows an older
    /// version is told so.
    /// </summary>
    public static Decision<Ticket> Change(
        Ticket? ticket, string userId, string? title, decimal? price, int? quantity, long? expectedVersion,
        Func<TicketDetails, TicketDetails>? changeDetails = null)
    {
        if (IsRefused(ticket, userId, expectedVersion, out var refused))
            return refused;
        if (ticket.WhyOver is { } over)
            return Decision<Ticket>.Refuse(RefusalKind.Conflict, $"The ticket is {over} and cannot be changed.");
        // Only the ticket knows its currency.
        if (price is { } given && Currencies.WhyTooPrecise(given, ticket.Currency) is { } rule)
            return Decision<Ticket>.RefuseFields([new("price", rule)]);
        if (price is not null && price != ticket.Price && ticket.Held > 0)
            return Decision<Ticket>.Refuse(RefusalKind.Conflict, "The price cannot change while seats are held.");
        if (quantity < ticket.Held + ticket.Sold)
            return Decision<Ticket>.Refuse(RefusalKind.Conflict, $"{ticket.Held + ticket.Sold} seats are held or sold.");
        var details = changeDetails?.Invoke(ticket.Details) ?? ticket.Details;
        if (details.BrokenRules(ticket.Details) is { Count: > 0 } broken)
            return Decision<Ticket>.RefuseFields(broken);
        var changed = ticket with
        {
            Title = title ?? ticket.Title,
            Price = price ?? ticket.Price,
            Quantity = quantity ?? ticket.Quantity,
            Details = details,
        };
        return changed == ticket ? Decision<Ticket>.Nothing : changed.Updated();
    }

    /// <summary>It takes no orders until it is resumed.</summary>
    public static Decision<Ticket> Pause(Ticket? ticket, string userId, long? expectedVersion) =>
        Become(SaleState.Paused, ticket, userId, expectedVersion);

    /// <summary>It takes orders again.</summary>
    public static Decision<Ticket> Resume(Ticket? ticket, string userId, long? expectedVersion) =>
        Become(SaleState.OnSale, ticket, userId, expectedVersion);

    /// <summary>It never takes orders again. Seats that are held or sold stay valid, and held ones may still be paid.</summary>
    public static Decision<Ticket> Withdraw(Ticket? ticket, string userId, long? expectedVersion) =>
        Become(SaleState.Withdrawn, ticket, userId, expectedVersion);

    // It takes no orders again. It may be cancelled, even if it is withdrawn.
    private string? WhyOver => State switch
    {
        SaleState.Withdrawn => "withdrawn",
        SaleState.Cancelled => "cancelled",
        _ => null,
    };

    private static Decision<Ticket> Become(SaleState state, Ticket? ticket, string userId, long? expectedVersion)
    {
        if (IsRefused(ticket, userId, expectedVersion, out var refused))
            return refused;
        if (ticket.State == state)
            return Decision<Ticket>.Nothing;
        return ticket.WhyOver is { } over
            ? Decision<Ticket>.Refuse(RefusalKind.Conflict, $"The ticket is {over} for ever.")
            : (ticket with { State = state }).Updated();
    }

    private static bool IsRefused([NotNullWhen(false)] Ticket? ticket, string userId, long? expectedVersion, out Decision<Ticket> refused)
    {
        refused = ticket switch
        {
            null => Decision<Ticket>.Refuse(RefusalKind.NotFound, "There is no such ticket."),
            _ when ticket.UserId != userId => Decision<Ticket>.Refuse(RefusalKind.Forbidden, "Only its seller can change a ticket."),
            _ when (expectedVersion ?? ticket.Version) != ticket.Version =>
                Decision<Ticket>.Refuse(RefusalKind.Stale, $"The ticket's version is {ticket.Version}, not {expectedVersion}."),
            _ => Decision<Ticket>.Nothing,
        };
        return ticket is null || refused.Refusal is not null;
    }

    /// <summary>As the next version.</summary>
    private Decision<Ticket> Updated()
    {
        var next = this with { Version = Version + 1 };
        return new(next, next.ToEvent<TicketUpdated>());
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
            State = State,
            StartsAt = Details.StartsAt,
            Venue = Details.Venue,
            SalesFrom = Details.SalesFrom,
            SalesUntil = Details.SalesUntil,
            LowStockAt = Details.LowStockAt,
            MaxPerBuyer = Details.MaxPerBuyer,
            RefundableUntil = Details.RefundableUntil,
            Version = Version,
        };
}
