using System.Text.Json;

namespace Ticketing.Contracts;

/// <summary>
/// What a field of an event may be, whoever published it. An event beyond these bounds is as unreadable as one without the field: no store
/// need hold it, and no sum of amounts overflows.
/// </summary>
internal static class EventRules
{
    private const int MaxId = 200;
    private const int MaxText = 1000;
    private const int MaxSeats = 1_000_000;

    // A thousand times what the API takes for one seat.
    private const decimal MaxAmount = 1_000_000_000_000m;

    /// <summary>The same event.</summary>
    /// <exception cref="JsonException">A field is out of its bounds; the message names it and the rule.</exception>
    public static Event Check(Event @event)
    {
        // Which events need one is their consumers' business: some are found by their order.
        if (!string.IsNullOrEmpty(@event.Id))
            Id(@event.Id, "id");
        switch (@event)
        {
            case OrderEvent order:
                Id(order.OrderId, "orderId");
                Id(order.UserId, "userId");
                Id(order.TicketId, "ticketId");
                Seats(order.Quantity, "quantity", least: 1);
                Amount(order.Price, "price");
                Text(order.Currency, "currency");
                Text(order.Reason, "reason");
                break;
            case TicketState ticket:
                Text(ticket.Title, "title");
                Id(ticket.UserId, "userId");
                Seats(ticket.Quantity, "quantity", least: 0);
                Seats(ticket.Held, "held", least: 0);
                Seats(ticket.Sold, "sold", least: 0);
                Amount(ticket.Price, "price");
                Text(ticket.Currency, "currency");
                break;
            case TicketReserved reserved:
                Id(reserved.OrderId, "orderId");
                Seats(reserved.Quantity, "quantity", least: 1);
                break;
            case TicketRejected rejected:
                Id(rejected.OrderId, "orderId");
                Text(rejected.Reason, "reason");
                break;
            case PaymentEvent payment:
                Id(payment.OrderId, "orderId");
                Id(payment.UserId, "userId");
                Text(payment.PaymentId, "paymentId");
                Amount(payment.Amount, "amount");
                Text(payment.Currency, "currency");
                Text(payment.Reason, "reason");
                break;
            case ExpirationExpired expired:
                Id(expired.OrderId, "orderId");
                break;
        }
        return @event;
    }

    private static void Id(string id, string field) => Require(
        id.Length > 0 && id.Length <= MaxId && !id.AsSpan().ContainsAnyInRange('\0', '\u001f'), field, $"an id of 1 to {MaxId} characters, none of them a control character");

    private static void Text(string? text, string field) =>
        Require(text is null || (text.Length <= MaxText && !text.Contains('\0')), field, $"a text of at most {MaxText} characters, none of them NUL");

    private static void Seats(int seats, string field, int least) =>
        Require(seats >= least && seats <= MaxSeats, field, $"a whole number from {least} to {MaxSeats}");

    private static void Amount(decimal amount, string field) => Require(amount is >= 0 and <= MaxAmount, field, $"an amount from 0 to {MaxAmount}");

    private static void Require(bool holds, string field, string rule)
    {
        if (!holds)
            throw new JsonException($"An event's '{field}' is {rule}.");
    }
}
