using Ticketing.Contracts;

namespace Ticketing.Orders;

/// <summary>The body of <c>POST /api/orders</c>.</summary>
/// <param name="TicketId">What to order.</param>
/// <param name="Quantity">How many seats, 1 to 10,000.</param>
public sealed record PlaceOrder(string? TicketId, int Quantity = 1);

/// <summary>An order as its buyer sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="UserId">The buyer.</param>
/// <param name="TicketId">What is ordered.</param>
/// <param name="Quantity">How many seats.</param>
/// <param name="Price">The total.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it ended, if it did.</param>
/// <param name="ExpiresAt">When the hold ends.</param>
/// <param name="Version">Quoted, it is the <c>ETag</c>.</param>
public sealed record OrderResponse(
    string Id, string UserId, string TicketId, int Quantity, decimal Price, string Currency, OrderStatus Status, string? Reason,
    DateTimeOffset ExpiresAt, long Version)
{
    /// <summary>What its buyer sees of an order.</summary>
    public static OrderResponse Of(Order order) => new(
        order.Id, order.UserId, order.TicketId, order.Quantity, order.Price, order.Currency, order.Status, order.Reason, order.ExpiresAt,
        order.Version);
}
