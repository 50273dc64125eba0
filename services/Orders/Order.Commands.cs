using Ticketing.Contracts;
using Ticketing.Messaging;

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
    /// <param name="doubt">Why it would be refused, by what is known here.</param>
    /// <param name="tooMany">How many unpaid orders the buyer has, if no more are allowed.</param>
    public static Decision<Order> Place(
        Order? order, string id, string userId, IReadOnlyList<(TicketReplica Ticket, int Quantity)> seats, TimeSpan hold, DateTimeOffset now,
        DateTimeOffset? before = null, string? doubt = null, int? tooMany = null)
    {
        if (order is not null)
        {
            return order.Lines.Select(line => (line.TicketId, line.Quantity)).SequenceEqual(seats.Select(line => (line.Ticket.Id, line.Quantity)))
                ? Decision<Order>.Nothing
                : Decision<Order>.Refuse(RefusalKind.KeyReused, "This Idempotency-Key was used for another order.");
        }
        if (tooMany is { } unpaid)
            return Decision<Order>.Refuse(RefusalKind.TooMany, TooManyUnpaid(unpaid));
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
                    RefundableUntil = line.Ticket.RefundableUntil,
                    SellerId = line.Ticket.SellerId,
                }),
            ],
            Price = Money.Normalize(seats.Sum(line => line.Ticket.Price * line.Quantity)),
            Currency = seats[0].Ticket.Currency,
            Status = OrderStatus.Created,
            Doubt = doubt,
            PlacedAt = now > before || before is null ? now : before.Value.AddTicks(1),
            ExpiresAt = now + hold,
            Version = 1,
        };
        return new(placed, placed.ToEvent());
    }

    /// <summary>It was placed at the same moment as others, which together are more than the buyer may have unpaid.</summary>
    public static Decision<Order> GiveUp(Order? order) =>
        order is { IsOpen: true } ? order.End(OrderStatus.Cancelled, Reasons.TooManyUnpaid) : Decision<Order>.Nothing;

    /// <summary>Why a buyer with so many unpaid orders cannot place another one.</summary>
    public static string TooManyUnpaid(int unpaid) => unpaid == 1
        ? "You have 1 unpaid order. Pay or cancel it first."
        : $"You have {unpaid} unpaid orders. Pay or cancel one of them first.";

    /// <summary>The buyer gives the order up; one that is paid gets its money back, if it is not too late.</summary>
    public static Decision<Order> Cancel(Order? order, string userId, DateTimeOffset now) => order switch
    {
        null => Decision<Order>.Refuse(RefusalKind.NotFound, "There is no such order."),
        _ when order.UserId != userId => Decision<Order>.Refuse(RefusalKind.NotFound, "There is no such order."),
        { Status: OrderStatus.Cancelled } => Decision<Order>.Nothing,
        { Status: OrderStatus.Failed } => Decision<Order>.Refuse(RefusalKind.Conflict, "The order failed already."),
        { Status: OrderStatus.Completed } when WhyTooLate(order.Lines.Where(line => line.Kept > 0), now) is { } late => late,
        _ => order.End(OrderStatus.Cancelled, Reasons.CancelledByUser),
    };

    /// <summary>
    /// The buyer gives some seats of a paid order back, and keeps so many of each ticket that is named. As it says what is left, a call that is repeated
    /// changes nothing more.
    /// </summary>
    public static Decision<Order> Keep(Order? order, string userId, IReadOnlyList<(string TicketId, int Quantity)> kept, DateTimeOffset now)
    {
        if (order is null || order.UserId != userId)
            return Decision<Order>.Refuse(RefusalKind.NotFound, "There is no such order.");
        if (order.Status != OrderStatus.Completed)
        {
            return Decision<Order>.Refuse(RefusalKind.Conflict, order.IsDead
                ? "The order has ended already."
                : "The order is not paid yet: it can only be cancelled as a whole.");
        }
        var lines = kept.Select(line => order.LineOf(line.TicketId)).ToArray();
        var broken = kept.Index().SelectMany(one => lines[one.Index] switch
        {
            null => [new InvalidField($"lines[{one.Index}].ticketId", $"lines[{one.Index}].ticketId must be a ticket of the order.")],
            { } line when line.Kept < one.Item.Quantity =>
                [new InvalidField($"lines[{one.Index}].quantity", $"lines[{one.Index}].quantity must be at most {line.Kept}, as many seats as the order has.")],
            _ => Array.Empty<InvalidField>(),
        }).ToArray();
        if (broken.Length > 0)
            return Decision<Order>.RefuseFields(broken);
        var fewer = kept.Zip(lines).Where(one => one.First.Quantity < one.Second!.Kept).ToDictionary(one => one.First.TicketId, one => one.First.Quantity);
        return fewer.Count == 0 ? Decision<Order>.Nothing
            : WhyTooLate(lines.Where(line => fewer.ContainsKey(line!.TicketId))!, now) is { } late ? late
            : order.Keep(line => fewer.GetValueOrDefault(line.TicketId, line.Kept), Reasons.CancelledByUser);
    }

    /// <summary>Gives paid seats back. An order that keeps none is cancelled.</summary>
    private Decision<Order> Keep(Func<OrderLine, int> kept, string reason)
    {
        var next = this with { Lines = [.. Lines.Select(line => line with { Cancelled = line.Quantity - kept(line) })] };
        return next.Lines.All(line => line.Kept == 0) ? next.End(OrderStatus.Cancelled, reason) : next.Become(OrderStatus.Completed);
    }

    private static Decision<Order>? WhyTooLate(IEnumerable<OrderLine> lines, DateTimeOffset now) => lines.FirstOrDefault(line => now > line.RefundableUntil) is { } late
        ? Decision<Order>.Refuse(RefusalKind.Conflict, $"Seats of ticket {late.TicketId} could be given back until {late.RefundableUntil:yyyy-MM-ddTHH:mm:ssZ}.")
        : null;
}
