using System.ComponentModel.DataAnnotations;
using Ticketing.Contracts;
using Ticketing.ServiceDefaults;

namespace Ticketing.Orders;

/// <summary>The body of <c>POST /api/orders</c>.</summary>
/// <param name="TicketId">What to order, if it is one ticket.</param>
/// <param name="Quantity">How many seats of it, 1 to 10,000; 1 if missing.</param>
/// <param name="Lines">What to order, if it is several tickets: 1 to 10 lines, each of another ticket, all in one currency.</param>
public sealed record PlaceOrder(
    [property: StringLength(100, MinimumLength = 1)] string? TicketId, [property: Range(1, 10_000)] int? Quantity,
    [property: Length(1, 10)] IReadOnlyList<PlaceOrderLine?>? Lines);

/// <summary>Seats of one ticket.</summary>
/// <param name="TicketId">The ticket.</param>
/// <param name="Quantity">How many seats, 1 to 10,000.</param>
public sealed record PlaceOrderLine([property: Required, StringLength(100, MinimumLength = 1)] string? TicketId, [property: Range(1, 10_000)] int Quantity = 1);

/// <summary>The body of <c>PATCH /api/orders/{id}</c>.</summary>
/// <param name="Lines">Tickets of which the order keeps fewer seats: 1 to 10. Those that are not named stay as they are.</param>
public sealed record KeepSeats([property: Required, Length(1, 10)] IReadOnlyList<KeepSeatsLine?>? Lines);

/// <summary>Seats of one ticket that the order keeps.</summary>
/// <param name="TicketId">The ticket.</param>
/// <param name="Quantity">How many seats it keeps, 0 or more. The others are given back.</param>
public sealed record KeepSeatsLine([property: Required, StringLength(100, MinimumLength = 1)] string? TicketId, [property: Required, Range(0, 10_000)] int? Quantity);

/// <summary>An order as its buyer sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="UserId">The buyer.</param>
/// <param name="TicketId">The ticket of the first line.</param>
/// <param name="Quantity">How many seats of it.</param>
/// <param name="Lines">What is ordered.</param>
/// <param name="Price">The total.</param>
/// <param name="Refund">The part of it that goes back because seats were given back. If the order is cancelled, all that was paid goes back.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it ended, if it did.</param>
/// <param name="PlacedAt">When it was placed; null for orders of before Orders kept that.</param>
/// <param name="ExpiresAt">When the hold ends.</param>
/// <param name="Version">Quoted, it is the <c>ETag</c>.</param>
public sealed record OrderResponse(
    string Id, string UserId, string TicketId, int Quantity, IReadOnlyList<OrderLineResponse> Lines, decimal Price, decimal Refund, string Currency, OrderStatus Status, string? Reason,
    DateTimeOffset? PlacedAt, DateTimeOffset ExpiresAt, long Version)
{
    /// <summary>What its buyer sees of an order.</summary>
    public static OrderResponse Of(Order order) => new(
        order.Id, order.UserId, order.TicketId, order.Quantity, [.. order.Lines.Select(OrderLineResponse.Of)], order.Price, Money.Normalize(order.Refund), order.Currency, order.Status, order.Reason, order.PlacedAt, order.ExpiresAt,
        order.Version);
}

/// <summary>Seats of one ticket in an order.</summary>
/// <param name="TicketId">The ticket.</param>
/// <param name="Title">Its title when the order was placed.</param>
/// <param name="Venue">Where it was to be then.</param>
/// <param name="StartsAt">When it was to begin then.</param>
/// <param name="RefundableUntil">Until when paid seats can be given back; at any time if null.</param>
/// <param name="Quantity">How many seats were ordered.</param>
/// <param name="Cancelled">How many of them were given back after the payment.</param>
/// <param name="UnitPrice">The price of one seat when the order was placed.</param>
/// <param name="Total">The price of the seats that were ordered.</param>
public sealed record OrderLineResponse(
    string TicketId, string? Title, string? Venue, DateTimeOffset? StartsAt, DateTimeOffset? RefundableUntil, int Quantity, int Cancelled, decimal UnitPrice, decimal Total)
{
    /// <summary>What its buyer sees of a line.</summary>
    public static OrderLineResponse Of(OrderLine line) => new(
        line.TicketId, line.Title, line.Venue, line.StartsAt, line.RefundableUntil, line.Quantity, line.Cancelled, line.UnitPrice, Money.Normalize(line.UnitPrice * line.Quantity));
}
