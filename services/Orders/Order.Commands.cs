using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Orders;

/// <summary>What a buyer does with an order.</summary>
public sealed partial record Order
{
    /// <summary>
    /// Places an order for seats of a ticket. An order that is here already was placed with the same idempotency key: it is the answer
    /// if it was for the same.
    /// </summary>
    public static Decision<Order> Place(
        Order? order, string id, string userId, TicketReplica ticket, int quantity, TimeSpan hold, DateTimeOffset now)
    {
        if (order is not null)
        {
            return order.TicketId == ticket.Id && order.Quantity == quantity
                ? Decision<Order>.Nothing
                : Decision<Order>.Refuse(RefusalKind.KeyReused, "This Idempotency-Key was used for another order.");
        }
        if (ticket.State != SaleState.OnSale)
        {
            return Decision<Order>.Refuse(RefusalKind.Conflict, ticket.State == SaleState.Paused
                ? "The ticket is not on sale: its seller has paused it."
                : "The ticket is not on sale: its seller has withdrawn it.");
        }
        if (quantity > ticket.Available)
            return Decision<Order>.Refuse(RefusalKind.Conflict, $"Sold out: {ticket.Available} of {quantity} seats are left.");
        var placed = new Order
        {
            Id = id,
            UserId = userId,
            TicketId = ticket.Id,
            Quantity = quantity,
            Price = Money.Normalize(ticket.Price * quantity),
            Currency = ticket.Currency,
            Status = OrderStatus.Created,
            ExpiresAt = now + hold,
            Version = 1,
        };
        return new(placed, placed.ToEvent());
    }

    /// <summary>The buyer gives the order up; one that is paid gets its money back.</summary>
    public static Decision<Order> Cancel(Order? order, string userId) => order switch
    {
        null => Decision<Order>.Refuse(RefusalKind.NotFound, "There is no such order."),
        _ when order.UserId != userId => Decision<Order>.Refuse(RefusalKind.NotFound, "There is no such order."),
        { Status: OrderStatus.Cancelled } => Decision<Order>.Nothing,
        { Status: OrderStatus.Failed } => Decision<Order>.Refuse(RefusalKind.Conflict, "The order failed already."),
        _ => order.End(OrderStatus.Cancelled, Reasons.CancelledByUser),
    };
}
