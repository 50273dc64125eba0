using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Notifications;

/// <summary>What a seller is told of tickets.</summary>
public sealed partial record Inbox
{
    /// <summary>
    /// A ticket of the user changed. This comes with every reservation, and is news only when the first seats are sold of a ticket that was seen with none:
    /// of one that was sold before this service was there, nobody knows.
    /// </summary>
    public static Decision<Inbox> TicketChanged(Inbox? inbox, TicketState ticket, DateTimeOffset now)
    {
        var index = inbox?.Tickets.FindLastIndex(one => one.Id == ticket.Id) ?? -1;
        var known = index < 0 ? null : inbox!.Tickets[index];
        if (inbox is { IsDeleted: true } || known is { IsSold: true } || (known is null) != (ticket.Sold == 0))
            return Decision<Inbox>.Nothing;
        var mine = Of(inbox, ticket.UserId);
        var next = mine with { Tickets = With(mine.Tickets, index, (known ?? new(ticket.Id)) with { IsSold = ticket.Sold > 0 }) };
        return new(known is null ? next : next.Tell(NotificationKind.TicketFirstSale, now, told => told with
        {
            TicketId = ticket.Id,
            What = TitleOf(ticket.Title),
            Seats = ticket.Sold,
        }));
    }

    /// <summary>Few seats of a ticket of the user are left, or none. What is told again after a loss has the version that it was told with first.</summary>
    public static Decision<Inbox> StockChanged(Inbox? inbox, TicketStock stock, DateTimeOffset now)
    {
        var index = inbox?.Tickets.FindLastIndex(one => one.Id == stock.Id) ?? -1;
        var known = index < 0 ? null : inbox!.Tickets[index];
        var (kind, told, seats) = stock switch
        {
            TicketSoldOut soldOut => (NotificationKind.TicketSoldOut, known?.SoldOutVersion, soldOut.Quantity),
            TicketLowStock low => (NotificationKind.TicketLowStock, known?.LowStockVersion, low.Available),
            _ => throw new ArgumentOutOfRangeException(nameof(stock), stock, null),
        };
        if (inbox is { IsDeleted: true } || stock.Version <= told)
            return Decision<Inbox>.Nothing;
        var mine = Of(inbox, stock.UserId);
        // Of a ticket that is not known, nobody knows which sale was the first.
        var before = known ?? new(stock.Id) { IsSold = true };
        var after = stock is TicketSoldOut ? before with { SoldOutVersion = stock.Version } : before with { LowStockVersion = stock.Version };
        return new((mine with { Tickets = With(mine.Tickets, index, after) }).Tell(kind, now, news => news with
        {
            TicketId = stock.Id,
            What = TitleOf(stock.Title),
            Seats = seats,
        }));
    }
}
