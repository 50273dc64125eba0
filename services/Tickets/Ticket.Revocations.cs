using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Tickets;

/// <summary>
/// What a seller takes back. Each order is told, and keeps its seats until Orders has cancelled them: then they are released like any other order's.
/// </summary>
public sealed partial record Ticket
{
    // The next are told when half of these have lost their seats: what else happens in the shop does not wait behind thousands of them.
    private const int TellAtOnce = 100;

    // Orders has answered long before. If an answer is lost, the others go on, and the order is told again in the end.
    private static readonly TimeSpan TellAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>What is sold does not take place: every order loses its seats.</summary>
    public static Decision<Ticket> Cancel(Ticket? ticket, string userId, DateTimeOffset now)
    {
        if (IsRefused(ticket, userId, out var refused))
            return refused;
        return ticket.State == SaleState.Cancelled
            ? Decision<Ticket>.Nothing
            : ticket.Become(ticket with { State = SaleState.Cancelled, Revoked = null, RevokeAt = now, RevokedUpTo = null });
    }

    /// <summary>The seller takes the seats of one order back.</summary>
    public static Decision<Ticket> Refund(Ticket? ticket, string userId, string orderId, DateTimeOffset now)
    {
        if (IsRefused(ticket, userId, out var refused))
            return refused;
        if (ticket.SeatsOf(orderId) is null)
            return Decision<Ticket>.Refuse(RefusalKind.NotFound, $"Order '{orderId}' has no seats of this ticket.");
        return ticket.IsRevoked(orderId)
            ? Decision<Ticket>.Nothing
            : new(
                ticket with { Revoked = (ticket.Revoked ?? []).Add(orderId), RevokeAt = ticket.RevokeAt ?? now + TellAgainAfter },
                ticket.Revoke(orderId));
    }

    /// <summary>The next orders are told, until none has seats that were taken back.</summary>
    public static Decision<Ticket> Revoke(Ticket ticket, DateTimeOffset now)
    {
        var all = (ticket.State == SaleState.Cancelled ? ticket.Holds.Keys.Concat(ticket.Sales.ByOrder.Keys) : ticket.Revoked ?? []).ToList();
        var next = all.Where(id => string.CompareOrdinal(id, ticket.RevokedUpTo) > 0).Order(StringComparer.Ordinal).Take(TellAtOnce).ToList();
        var isLast = next.Count < TellAtOnce;
        return new(
            ticket with
            {
                Revoked = ticket.Revoked is { IsEmpty: true } ? null : ticket.Revoked,
                RevokeAt = all.Count == 0 ? null : now + TellAgainAfter,
                RevokedUpTo = isLast ? null : next[^1],
                Revoking = next.Count,
            },
            [.. next.Select(ticket.Revoke)]);
    }

    /// <summary>Whether the seller has taken an order's seats back.</summary>
    public bool IsRevoked(string orderId) => State == SaleState.Cancelled || Revoked?.Contains(orderId) == true;

    /// <summary>An order that was told has lost its seats.</summary>
    private Ticket Proceed(DateTimeOffset now) => RevokedUpTo is null ? this : this with
    {
        Revoking = Revoking - 1,
        RevokeAt = Revoking - 1 <= TellAtOnce / 2 ? now : RevokeAt,
    };

    private TicketRevoked Revoke(string orderId) => new() { Id = Id, OrderId = orderId, Version = Version };
}
