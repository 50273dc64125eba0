using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Orders;

/// <summary>What a buyer does with an order.</summary>
public sealed partial record Order
{
    /// <summary>
    /// Places an order for seats of one ticket or several, all in one currency. An order that is here already was placed with the same idempotency
    /// key: it is the answer if it was for the same.
    /// </summary>
    /// <param name="order">The order that is here already.</param>
    /// <param name="id">What it is called.</param>
    /// <param name="userId">The buyer.</param>
    /// <param name="seats">What is ordered.</param>
    /// <param name="hold">How long its seats are held.</param>
    /// <param name="now">The time.</param>
    /// <param name="before">When the buyer placed the order before. Another instance's clock may have been ahead.</param>
    public static Decision<Order> Place(
        Order? order, string id, string userId, IReadOnlyList<(TicketReplica Ticket, int Quantity)> seats, TimeSpan hold, DateTimeOffset now,
        DateTimeOffset? before = null)
    {
        if (order is not null)
        {
            return order.Lines.Select(line => (line.TicketId, line.Quantity)).SequenceEqual(seats.Select(line => (line.Ticket.Id, line.Quantity)))
                ? Decision<Order>.Nothing
                : Decision<Order>.Refuse(RefusalKind.KeyReused, "This Idempotency-Key was used for another order.");
        }
        var placed = new Order
        {
            Id = id,
            UserId = userId,
            TicketId = seats[0].Ticket.Id,
            Quantity = seats[0].Quantity,
            Lines =
            [
                .. seats.Select(line => new OrderLine
                {
                    TicketId = line.Ticket.Id,
                    Quantity = line.Quantity,
                    UnitPrice = Money.Normalize(line.Ticket.Price),
                    Title = line.Ticket.Title,
                    Venue = line.Ticket.Venue,
                    StartsAt = line.Ticket.StartsAt,
                }),
            ],
            Price = Money.Normalize(seats.Sum(line => line.Ticket.Price * line.Quantity)),
            Currency = seats[0].Ticket.Currency,
            Status = OrderStatus.Created,
            PlacedAt = now > before || before is null ? now : before.Value.AddTicks(1),
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
