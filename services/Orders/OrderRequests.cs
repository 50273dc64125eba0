using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Ticketing.Contracts;

namespace Ticketing.Orders;

/// <summary>The body of <c>POST /api/orders</c>.</summary>
/// <param name="TicketId">What to order, if it is one ticket.</param>
/// <param name="Quantity">How many seats of it, 1 to 10,000; 1 if missing.</param>
/// <param name="Lines">What to order, if it is several tickets: 1 to 10 lines, each of another ticket, all in one currency.</param>
/// <example>{"ticketId":"0198b7c1-5a30-7c4e-9d52-6f3e2a1b0c4d","quantity":2}</example>
public sealed record PlaceOrder([property: Id] string? TicketId, [property: Seats] int? Quantity, IReadOnlyList<PlaceOrderLine?>? Lines) : IValidatableObject
{
    /// <summary>What to order, if it is several tickets: 1 to 10 lines, each of another ticket, all in one currency.</summary>
    [Lines, EachTicketOnce]
    public IReadOnlyList<PlaceOrderLine>? Lines { get; } = Lines?.Select(line => line ?? new(null, 0)).ToArray();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Lines is null && TicketId is null)
            yield return new(new IdAttribute().FormatErrorMessage(nameof(TicketId)), [nameof(TicketId)]);
        if (Lines is not null && (TicketId is not null || Quantity is not null))
            yield return new("must not come with a ticketId or a quantity.", [nameof(Lines)]);
    }
}

/// <summary>Seats of one ticket.</summary>
/// <param name="TicketId">The ticket.</param>
/// <param name="Quantity">How many seats, 1 to 10,000.</param>
/// <example>{"ticketId":"0198b7c1-5a30-7c4e-9d52-6f3e2a1b0c4d","quantity":2}</example>
public sealed record PlaceOrderLine([property: Id(Required = true)] string? TicketId, [property: Seats] int Quantity = 1) : ILine;

/// <summary>The body of <c>PATCH /api/orders/{id}</c>.</summary>
/// <param name="Lines">Tickets of which the order keeps fewer seats: 1 to 10. Those that are not named stay as they are.</param>
/// <example>{"lines":[{"ticketId":"0198b7c1-5a30-7c4e-9d52-6f3e2a1b0c4d","quantity":1}]}</example>
public sealed record KeepSeats(IReadOnlyList<KeepSeatsLine?>? Lines)
{
    /// <summary>Tickets of which the order keeps fewer seats: 1 to 10. Those that are not named stay as they are.</summary>
    [Lines(Required = true), EachTicketOnce]
    public IReadOnlyList<KeepSeatsLine>? Lines { get; } = Lines?.Select(line => line ?? new(null, null)).ToArray();
}

/// <summary>Seats of one ticket that the order keeps.</summary>
/// <param name="TicketId">The ticket.</param>
/// <param name="Quantity">How many seats it keeps, 0 or more. The others are given back.</param>
/// <example>{"ticketId":"0198b7c1-5a30-7c4e-9d52-6f3e2a1b0c4d","quantity":1}</example>
public sealed record KeepSeatsLine([property: Id(Required = true)] string? TicketId, [property: Seats(0, Required = true)] int? Quantity) : ILine;

/// <summary>A line of a request. One that is null says nothing, and lacks all of its fields.</summary>
public interface ILine
{
    /// <summary>The ticket.</summary>
    string? TicketId { get; }
}

/// <summary>The lines of a request.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LinesAttribute : LengthAttribute
{
    private const int Max = 10;

    /// <summary>1 to 10.</summary>
    public LinesAttribute()
        : base(1, Max) => ErrorMessage = "must have {1} to {2} items.";

    /// <summary>Whether they must be given.</summary>
    public bool Required { get; set; }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is null ? !Required : base.IsValid(value);
}

/// <summary>Lines of different tickets.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EachTicketOnceAttribute() : ValidationAttribute("must name each ticket once.")
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is not IReadOnlyList<ILine> lines || lines.Select(line => line.TicketId).Distinct().Count() == lines.Count;
}

/// <summary>The name of an order's status, as it is spelled in answers.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class StatusNameAttribute() : AllowedValuesAttribute([.. Statuses.Keys])
{
    private static readonly FrozenDictionary<string, OrderStatus> Statuses =
        Enum.GetValues<OrderStatus>().ToFrozenDictionary(status => JsonSerializer.Serialize(status, OrdersJson.Default.OrderStatus).Trim('"'));

    public static OrderStatus Read(string name) => Statuses[name];

    public override string FormatErrorMessage(string name) => $"must be one of {string.Join(", ", Statuses.Keys)}.";
}

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
/// <param name="Dispute">What became of the buyer's dispute with the bank over its payment; null if there is none.</param>
/// <param name="PlacedAt">When it was placed; null for orders of before Orders kept that.</param>
/// <param name="ExpiresAt">When the hold ends.</param>
/// <param name="Version">Quoted, it is the <c>ETag</c>.</param>
public sealed record OrderResponse(
    string Id, string UserId, string TicketId, int Quantity, IReadOnlyList<OrderLineResponse> Lines, decimal Price, decimal Refund, string Currency, OrderStatus Status, string? Reason,
    DisputeState? Dispute, DateTimeOffset? PlacedAt, DateTimeOffset ExpiresAt, long Version)
{
    /// <summary>What its buyer sees of an order.</summary>
    public static OrderResponse Of(Order order) => new(
        order.Id, order.UserId, order.TicketId, order.Quantity, [.. order.Lines.Select(OrderLineResponse.Of)], order.Price, Money.Normalize(order.Refund), order.Currency, order.Status, order.Reason, order.Dispute,
        order.PlacedAt, order.ExpiresAt, order.Version);
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
