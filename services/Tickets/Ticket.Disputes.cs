using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Tickets;

/// <summary>
/// Paid seats whose payment is disputed. Their seller may block them. They stay sold, and no money moves, so that is between the seller and those at the
/// door: the ticket has no new version, and nobody else is told.
/// </summary>
public sealed partial record Ticket
{
    /// <summary>The seller lets nobody in with an order's tickets.</summary>
    public static Decision<Ticket> Block(Ticket? ticket, string userId, string orderId) => Block(ticket, userId, orderId, isBlocked: true);

    /// <summary>They are good again. Only their seller decides that, also when the dispute is won.</summary>
    public static Decision<Ticket> Unblock(Ticket? ticket, string userId, string orderId) => Block(ticket, userId, orderId, isBlocked: false);

    private static Decision<Ticket> Block(Ticket? ticket, string userId, string orderId, bool isBlocked)
    {
        if (IsRefused(ticket, userId, out var refused))
            return refused;
        if (ticket.SeatsOf(orderId) is not { } seats)
            return Decision<Ticket>.Refuse(RefusalKind.NotFound, $"Order '{orderId}' has no seats of this ticket.");
        if (seats.Dispute is not { } dispute)
            return Decision<Ticket>.Refuse(RefusalKind.Conflict, $"Order '{orderId}' is not disputed: only tickets whose payment is or was disputed can be blocked.");
        return dispute.IsBlocked == isBlocked
            ? Decision<Ticket>.Nothing
            : new(ticket.Without(orderId).With(orderId, seats with { Dispute = dispute with { IsBlocked = isBlocked } }));
    }

    /// <summary>The dispute over an order's seats, by what an event of the order says and by what is known of it.</summary>
    private static SeatsDispute? DisputeOf(OrderEvent order, SeatsDispute? known) => order.Dispute is { } state && state != known?.State && !(order.Version <= known?.OrderVersion)
        ? new(state, order.Version, known?.IsBlocked == true)
        : known;
}
