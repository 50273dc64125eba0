using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Tickets;

/// <summary>What a seller does with a ticket.</summary>
public sealed partial record Ticket
{
    /// <summary>Lists a ticket.</summary>
    public static Decision<Ticket> List(
        string id, string userId, string title, decimal price, string currency, int quantity, TicketDetails details = default)
    {
        if (details.BrokenRules(before: default, quantity) is { Count: > 0 } broken)
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
        return ticket.Listed();
    }

    /// <summary>
    /// Lists a ticket once. One that is here already was listed with the same idempotency key: it is the answer, as it is by now, if its listing was the
    /// same.
    /// </summary>
    /// <param name="ticket">The ticket that is here already.</param>
    /// <param name="listing">What was decided of the listing.</param>
    public static Decision<Ticket> ListOnce(Ticket? ticket, Decision<Ticket> listing)
    {
        if (listing.State is not { } listed)
            return listing;
        var digest = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(listed, TicketsJson.Default.Ticket)));
        return ticket is null ? new(listed with { ListedAs = digest }, listing.Events)
            : ticket.ListedAs == digest ? Decision<Ticket>.Nothing
            : Decision<Ticket>.Refuse(RefusalKind.KeyReused, "This Idempotency-Key was used for another ticket.");
    }

    /// <summary>
    /// Changes what is not null. The price stays while seats are held, as their orders say what they cost.
    /// </summary>
    public static Decision<Ticket> Change(
        Ticket? ticket, string userId, string? title, decimal? price, int? quantity, Func<TicketDetails, TicketDetails>? changeDetails = null)
    {
        if (IsRefused(ticket, userId, out var refused))
            return refused;
        if (ticket.WhyOver is { } over)
            return Decision<Ticket>.Refuse(RefusalKind.Conflict, $"The ticket is {over} and cannot be changed.");
        // Only the ticket knows its currency.
        if (price is { } given && Currencies.WhyTooPrecise(given, ticket.Currency) is { } rule)
            return Decision<Ticket>.RefuseFields([new("price", $"price {rule}")]);
        if (price is not null && price != ticket.Price && ticket.Held > 0)
            return Decision<Ticket>.Refuse(RefusalKind.Conflict, "The price cannot change while seats are held.");
        if (quantity < ticket.Held + ticket.Sold)
            return Decision<Ticket>.Refuse(RefusalKind.Conflict, $"{ticket.Held + ticket.Sold} seats are held or sold.");
        var details = changeDetails?.Invoke(ticket.Details) ?? ticket.Details;
        if (details.BrokenRules(ticket.Details, quantity ?? ticket.Quantity) is { Count: > 0 } broken)
            return Decision<Ticket>.RefuseFields(broken);
        var changed = ticket with
        {
            Title = title ?? ticket.Title,
            Price = price ?? ticket.Price,
            Quantity = quantity ?? ticket.Quantity,
            Details = details,
        };
        return changed == ticket ? Decision<Ticket>.Nothing : ticket.Become(changed);
    }

    /// <summary>It takes no orders until it is resumed.</summary>
    public static Decision<Ticket> Pause(Ticket? ticket, string userId) => Become(SaleState.Paused, ticket, userId);

    /// <summary>It takes orders again.</summary>
    public static Decision<Ticket> Resume(Ticket? ticket, string userId) => Become(SaleState.OnSale, ticket, userId);

    /// <summary>It never takes orders again. Seats that are held or sold stay valid, and held ones may still be paid.</summary>
    public static Decision<Ticket> Withdraw(Ticket? ticket, string userId) => Become(SaleState.Withdrawn, ticket, userId);

    // It takes no orders again. It may be cancelled, even if it is withdrawn.
    private string? WhyOver => State switch
    {
        SaleState.Withdrawn => "withdrawn",
        SaleState.Cancelled => "cancelled",
        _ => null,
    };

    private static Decision<Ticket> Become(SaleState state, Ticket? ticket, string userId)
    {
        if (IsRefused(ticket, userId, out var refused))
            return refused;
        if (ticket.State == state)
            return Decision<Ticket>.Nothing;
        return ticket.WhyOver is { } over
            ? Decision<Ticket>.Refuse(RefusalKind.Conflict, $"The ticket is {over} for ever.")
            : ticket.Become(ticket with { State = state });
    }

    private static bool IsRefused([NotNullWhen(false)] Ticket? ticket, string userId, out Decision<Ticket> refused)
    {
        refused = ticket switch
        {
            null => Decision<Ticket>.Refuse(RefusalKind.NotFound, "There is no such ticket."),
            _ when ticket.UserId != userId => Decision<Ticket>.Refuse(RefusalKind.Forbidden, "Only its seller can change a ticket."),
            _ => Decision<Ticket>.Nothing,
        };
        return ticket is null || refused.Refusal is not null;
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
            Refill = Details.Refill is { } refill ? new() { Below = refill.Below, Amount = refill.Amount, UpTo = refill.UpTo, Released = refill.Released } : null,
            Version = Version,
        };
}
