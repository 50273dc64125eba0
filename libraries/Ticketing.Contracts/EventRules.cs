using System.Text.Json;

namespace Ticketing.Contracts;

/// <summary>
/// The bounds of an event's fields, whoever published it. An event beyond them is as unreadable as one that lacks a field, so no store has to
/// hold it, and no sum of amounts overflows. They are wider than what the API takes.
/// </summary>
internal static class EventRules
{
    private const int MaxId = 200;

    // A title of 200 characters of ten code points each.
    private const int MaxText = 4000;

    private const int MaxSeats = 1_000_000;
    private const int MaxLines = 100;
    private const int MaxAttempts = 1000;
    private const int MaxSessions = 1000;

    // RFC 5321, section 4.5.3.1, and the erratum on it.
    private const int MaxEmail = 254;

    private const long MaxVersion = 1_000_000_000_000_000;

    // A hundred times the most expensive order that the API takes. Sums of amounts are still far from overflowing.
    private const decimal MaxAmount = 1_000_000_000_000_000m;

    /// <summary>Accepts an event whose fields are all within their bounds.</summary>
    /// <exception cref="JsonException">A field is out of its bounds; the message names it and the rule.</exception>
    public static void Check(Event @event)
    {
        // Consumers decide whether they need the id: some find what an event concerns by its order.
        if (!string.IsNullOrEmpty(@event.Id))
            Id(@event.Id, "id");
        Version(@event.Version, least: @event is OrderEvent or TicketState or PaymentEvent or AccountEvent ? 1 : 0);
        switch (@event)
        {
            case OrderEvent order:
                Id(order.OrderId, "orderId");
                Same(order.Id.Length == 0 || order.Id == order.OrderId, "id", "the same as its 'orderId'");
                Id(order.UserId, "userId");
                Id(order.TicketId, "ticketId");
                Seats(order.Quantity, "quantity", least: 1);
                Amount(order.Price, "price");
                Same(order.Refund >= 0 && order.Refund <= order.Price, "refund", "an amount from 0 to its 'price'");
                Text(order.Currency, "currency");
                Text(order.Reason, "reason");
                if (order.Lines is { } lines)
                    Lines(lines);
                Dispute(order.Dispute);
                Same(order.Status == StatusOf(order), "status", "that of its 'type'");
                break;
            case TicketState ticket:
                Text(ticket.Title, "title");
                Id(ticket.UserId, "userId");
                Seats(ticket.Quantity, "quantity", least: 0);
                Seats(ticket.Held, "held", least: 0);
                Seats(ticket.Sold, "sold", least: 0);
                Amount(ticket.Price, "price");
                Text(ticket.Currency, "currency");
                Same(Enum.IsDefined(ticket.State), "state", "on_sale, paused, withdrawn or cancelled");
                Text(ticket.Venue, "venue");
                Seats(ticket.LowStockAt ?? 0, "lowStockAt", least: 0);
                Seats(ticket.MaxPerBuyer ?? 1, "maxPerBuyer", least: 1);
                if (ticket.Refill is { } refill)
                    Refill(refill);
                break;
            case TicketReserved reserved:
                Id(reserved.OrderId, "orderId");
                Seats(reserved.Quantity, "quantity", least: 1);
                break;
            case TicketRejected rejected:
                Id(rejected.OrderId, "orderId");
                Text(rejected.Reason, "reason");
                break;
            case TicketRevoked revoked:
                Id(revoked.OrderId, "orderId");
                break;
            case TicketStock stock:
                Id(stock.TicketId, "ticketId");
                Same(stock.Id.Length == 0 || stock.Id == stock.TicketId, "id", "the same as its 'ticketId'");
                Id(stock.UserId, "userId");
                Text(stock.Title, "title");
                Seats((stock as TicketLowStock)?.Available ?? 0, "available", least: 0);
                Seats((stock as TicketLowStock)?.Threshold ?? 0, "threshold", least: 0);
                Seats((stock as TicketSoldOut)?.Quantity ?? 0, "quantity", least: 0);
                break;
            case PaymentEvent payment:
                Id(payment.OrderId, "orderId");
                Id(payment.UserId, "userId");
                Text(payment.PaymentId, "paymentId");
                Amount(payment.Amount, "amount");
                Text(payment.Currency, "currency");
                Text(payment.Reason, "reason");
                var refunded = payment switch { PaymentPartiallyRefunded part => part.Refunded, PaymentRefundFailed failure => failure.Refunded, PaymentDisputed disputed => disputed.Refunded, _ => 0 };
                Same(refunded >= 0 && refunded <= payment.Amount, "refunded", "an amount from 0 to its 'amount'");
                if (payment is PaymentRefundFailed { Failed: var failed, SellerIds: var sellerIds })
                {
                    Amount(failed, "failed");
                    if (sellerIds is not null)
                        Ids(sellerIds, "sellerIds", MaxLines);
                }
                Dispute(payment.Dispute, isRequired: payment is PaymentDisputed);
                Same(payment is not PaymentFailed { AttemptsLeft: < 0 or > MaxAttempts }, "attemptsLeft", $"a whole number from 0 to {MaxAttempts}");
                break;
            case ExpirationExpired expired:
                Id(expired.OrderId, "orderId");
                if (expired.TicketId is { } ticketId)
                    Id(ticketId, "ticketId");
                if (expired.TicketIds is { } ticketIds)
                    Ids(ticketIds, "ticketIds", MaxLines);
                break;
            case AccountEvent account:
                Id(account.Id, "id");
                Same(account.SessionEpoch is >= 0 and <= MaxVersion, "sessionEpoch", $"a whole number from 0 to {MaxVersion}");
                Ids(account.EndedSessions, "endedSessions", MaxSessions, least: 0);
                if (account is AccountState state)
                    Email(state.Email, isRequired: account is AccountCreated);
                break;
        }
    }

    private static void Dispute(DisputeState? dispute, bool isRequired = false) =>
        Same(dispute is { } state ? Enum.IsDefined(state) : !isRequired, "dispute", "disputed, dispute_won or dispute_lost");

    private static void Refill(TicketRefill refill)
    {
        Seats(refill.Below, "refill.below", least: 0);
        Seats(refill.Amount, "refill.amount", least: 1);
        Seats(refill.UpTo, "refill.upTo", least: 1);
        Same(refill.Released >= 0 && refill.Released <= refill.UpTo, "refill.released", "a whole number from 0 to its 'upTo'");
    }

    private static void Lines(IReadOnlyList<OrderLine> lines)
    {
        Same(lines.Count is >= 1 and <= MaxLines && !lines.Contains(null!), "lines", $"a list of 1 to {MaxLines} lines");
        foreach (var line in lines)
        {
            Id(line.TicketId, "lines.ticketId");
            Seats(line.Quantity, "lines.quantity", least: 1);
            Amount(line.UnitPrice, "lines.unitPrice");
            Same(line.Cancelled >= 0 && line.Cancelled <= line.Quantity, "lines.cancelled", "a whole number from 0 to the line's 'quantity'");
            Text(line.Title, "lines.title");
            Text(line.Venue, "lines.venue");
            if (line.SellerId is { } sellerId)
                Id(sellerId, "lines.sellerId");
        }
        Same(lines.Count == 1 || lines.DistinctBy(line => line.TicketId).Count() == lines.Count, "lines", "of a different ticket each");
    }

    private static void Ids(IReadOnlyList<string> ids, string field, int most, int least = 1)
    {
        Same(ids.Count >= least && ids.Count <= most && !ids.Contains(null!), field, $"a list of {least} to {most} ids");
        foreach (var id in ids)
            Id(id, field);
    }

    private static OrderStatus StatusOf(OrderEvent order) => order switch
    {
        OrderCreated => OrderStatus.Created,
        OrderPending => OrderStatus.PendingPayment,
        OrderCompleted => OrderStatus.Completed,
        OrderCancelled => OrderStatus.Cancelled,
        _ => OrderStatus.Failed,
    };

    // The messages are formatted only when they are needed: this runs for every event.
    private static void Id(string id, string field)
    {
        if (id.Length is 0 or > MaxId || id.AsSpan().ContainsAnyInRange('\0', '\u001f') || id.AsSpan().ContainsAnyInRange('\u007f', '\u009f'))
            throw Broken(field, $"an id of 1 to {MaxId} characters without control characters");
    }

    private static void Text(string? text, string field)
    {
        if (text is not null && (text.Length > MaxText || text.Contains('\0')))
            throw Broken(field, $"a text of at most {MaxText} characters without NUL");
    }

    // What Accounts takes for an address of an account that was made by an older rule, too.
    private static void Email(string? email, bool isRequired)
    {
        var at = email?.IndexOf('@') ?? -1;
        if (email is null ? isRequired : at <= 0 || at != email.LastIndexOf('@') || at == email.Length - 1 || email.Length > MaxEmail
            || email.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            throw Broken("email", $"an email address of at most {MaxEmail} characters");
    }

    private static void Version(long version, long least)
    {
        if (version < least || version > MaxVersion)
            throw Broken("version", $"a whole number from {least} to {MaxVersion}");
    }

    private static void Same(bool isSame, string field, string rule)
    {
        if (!isSame)
            throw Broken(field, rule);
    }

    private static void Seats(int seats, string field, int least)
    {
        if (seats < least || seats > MaxSeats)
            throw Broken(field, $"a whole number from {least} to {MaxSeats}");
    }

    private static void Amount(decimal amount, string field)
    {
        if (amount is < 0 or > MaxAmount)
            throw Broken(field, $"an amount from 0 to {MaxAmount}");
    }

    private static JsonException Broken(string field, string rule) => new($"An event's '{field}' must be {rule}.");
}
