using Ticketing.Contracts;
using Ticketing.Expiration;
using Ticketing.Orders;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.Tickets;

namespace Ticketing.UnitTests;

/// <summary>Documents and events to begin with. Documents are made by the deciders themselves, as in life.</summary>
internal static class Some
{
    public const string Seller = "seller";
    public const string Buyer = "buyer";

    public static readonly DateTimeOffset Noon = new(2025, 2, 13, 12, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan Hold = TimeSpan.FromMinutes(2);

    /// <summary>A ticket of 10 a seat.</summary>
    public static Ticket Ticket(int quantity = 10) => Ticketing.Tickets.Ticket.List("t", Seller, "Front row", 10, "USD", quantity).State!;

    /// <summary>A ticket with seats reserved for order <c>o</c>.</summary>
    public static Ticket HeldTicket(int quantity = 10, int seats = 2) =>
        Ticketing.Tickets.Ticket.Reserve(Ticket(quantity), Created(seats), Noon).State!;

    /// <summary>A ticket with seats sold to order <c>o</c>.</summary>
    public static Ticket SoldTicket(int quantity = 10, int seats = 2) =>
        Ticketing.Tickets.Ticket.Sell(HeldTicket(quantity, seats), Of(Is<OrderCompleted>(3), ("t", seats)), Noon).State!;

    /// <summary>What Orders knows of <see cref="Ticket"/>.</summary>
    public static TicketReplica Replica(int available = 10) => new("t", 10, "USD", available, 1, "Front row", SellerId: Seller);

    /// <summary>So many seats of <see cref="Ticket"/>.</summary>
    public static OrderLine Line(int seats = 2, string ticketId = "t") => new() { TicketId = ticketId, Quantity = seats, UnitPrice = 10, Title = "Front row", SellerId = Seller };

    /// <summary>Order <c>o</c> for two seats of ticket <c>t</c> and one of <c>u</c>.</summary>
    public static Order TwoTickets() =>
        Ticketing.Orders.Order.Place(null, "o", Buyer, [(Replica(), 2), (Replica() with { Id = "u" }, 1)], Hold, Noon).State!;

    /// <summary>Order <c>o</c> for two seats of ticket <c>t</c>.</summary>
    public static Order Order(OrderStatus status = OrderStatus.Created) =>
        Ticketing.Orders.Order.Place(null, "o", Buyer, [(Replica(), 2)], Hold, Noon).State! with
        {
            Status = status,
            Version = status switch { OrderStatus.Created => 1, OrderStatus.PendingPayment => 2, _ => 3 },
            Reason = status switch { OrderStatus.Cancelled => "expired", OrderStatus.Failed => "card_declined", _ => null },
        };

    /// <summary>Order <c>o</c> for so many seats, as <c>order.created</c> tells it.</summary>
    public static OrderCreated Created(int seats = 2) => Is<OrderCreated>(1) with { Quantity = seats, Lines = [Line(seats)], Price = 10 * seats };

    /// <summary>The same order for several tickets, and so many seats of each.</summary>
    public static T Of<T>(T order, params (string TicketId, int Seats)[] lines)
        where T : OrderEvent => order with
        {
            TicketId = lines[0].TicketId,
            Quantity = lines[0].Seats,
            Lines = [.. lines.Select(line => Line(line.Seats, line.TicketId))],
            Price = 10 * lines.Sum(line => line.Seats),
        };

    /// <summary>What <paramref name="version"/> of order <c>o</c> for two seats is.</summary>
    public static T Is<T>(long version, string? reason = null)
        where T : OrderEvent, new() => new()
        {
            Id = "o",
            OrderId = "o",
            UserId = Buyer,
            TicketId = "t",
            Quantity = 2,
            Lines = [Line()],
            Price = 20,
            Currency = "USD",
            Reason = reason,
            Status = new T() switch
            {
                OrderCreated => OrderStatus.Created,
                OrderPending => OrderStatus.PendingPayment,
                OrderCompleted => OrderStatus.Completed,
                OrderCancelled => OrderStatus.Cancelled,
                _ => OrderStatus.Failed,
            },
            ExpiresAt = Noon + Hold,
            Version = version,
        };

    /// <summary>What Payments knows of order <c>o</c>.</summary>
    public static OrderPayment Unpaid<T>(long version)
        where T : OrderEvent, new() => OrderPayment.Follow(null, Is<T>(version), Noon).State!;

    /// <summary>What tells of a change of ticket <c>t</c> of which nothing is held or sold.</summary>
    public static TicketUpdated Updated(long version, SaleState state = SaleState.OnSale) => new()
    {
        Id = "t",
        Title = "Front row",
        Price = 10,
        Currency = "USD",
        Quantity = 10,
        UserId = Seller,
        State = state,
        Version = version,
    };

    /// <summary>The indexes that a ticket is in.</summary>
    public static IEnumerable<string> IndexesOf(Ticket ticket) =>
        Ticketing.Tickets.Ticket.Documents.Indexes.Where(index => index.Key(ticket) is not null).Select(index => index.Name);

    /// <summary>A charge for order <c>o</c> that the gateway has not answered.</summary>
    public static OrderPayment Processing() =>
        OrderPayment.Pay(Unpaid<OrderPending>(2), new("p", Buyer, "pm_card_visa", MaxAttempts: 2), Noon, Noon.AddSeconds(20), Noon.AddMinutes(1)).State!;

    /// <summary>The first of two attempts to pay order <c>o</c> is declined.</summary>
    public static OrderPayment Declined() => OrderPayment.Charged(Processing(), "p", new ChargeResult("ch_1", "lost_card"), Noon).State!;

    /// <summary>Order <c>o</c>'s money is captured.</summary>
    public static OrderPayment Captured() => OrderPayment.Charged(Processing(), "p", new ChargeResult("ch_1"), Noon).State!;

    /// <summary>The gateway has made a refund.</summary>
    public static RefundResult Sent { get; } = new("re_1", RefundStatus.Succeeded);

    /// <summary>The timer of order <c>o</c>.</summary>
    public static OrderTimer Timer(TimerStatus status = TimerStatus.Set) => new("o", Noon + Hold, status, "t");
}
