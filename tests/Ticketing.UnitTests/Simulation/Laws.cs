using System.Text;
using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Expiration;
using Ticketing.Messaging;
using Ticketing.Orders;
using Ticketing.Payments;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What must hold of every change of a document, whatever is on its way elsewhere.</summary>
internal static class Laws
{
    public static void Ticket(Ticket? before, Ticket after, Table<Order> orders, DateTimeOffset now)
    {
        foreach (var (id, seats) in after.Holds.Where(hold => before?.Holds.ContainsKey(hold.Key) == false))
        {
            Law.Check(after.IsOnSale(now), "Seats are reserved only while a ticket is on sale.");
            Law.Check(before!.Ended.ContainsKey(id) == false, "An order whose end is known gets no seats again.");
            Law.Check(orders.Find(id) is not { Reason: not Reasons.UnknownOrder } placed || placed.ExpiresAt > now, "Seats are not reserved when the hold is over.");
            Law.Check(orders.Find(id) is not { Reason: not Reasons.UnknownOrder } order
                || order.Lines.Any(line => (line.TicketId, line.Quantity, line.UnitPrice) == (after.Id, seats.Count, after.Price)), "Seats are reserved at the ticket's price only.");
            Law.Check(orders.Find(id) is not { Reason: not Reasons.UnknownOrder } its || its.UserId == seats.BuyerId, "Seats are their order's buyer's.");
        }
        TakenSeats(before, after);
        Law.Check(before is not { State: SaleState.Cancelled } || after.State == SaleState.Cancelled, "A cancelled ticket never comes back.");
        Law.Check(after.Revenue >= 0, "No less than 0 is earned.");
        Law.Check(before is not { State: SaleState.Withdrawn } || after.State is SaleState.Withdrawn or SaleState.Cancelled, "A withdrawn ticket never comes back.");
        Law.Check(after.Held >= 0 && after.Sold >= 0, "No fewer than 0 seats are held or sold.");
        Law.Check(after.Held + after.Sold <= after.Quantity, "No more seats are held and sold than there are.");
        Law.Check(after.Held == after.Holds.Values.Sum(each => each.Count), "Held seats are those of unpaid orders.");
        Law.Check(after.Sold == after.Sales.ByOrder.Values.Sum(each => each.Count), "Sold seats are those of paid orders.");
        // Whom it tells that its seats are taken back is between it and them, and what is disputed and blocked between its seller and the buyer.
        var added = (after.Details.Refill?.Released ?? 0) - (before?.Details.Refill?.Released ?? 0);
        Law.Check(added >= 0 && !(after.Details.Refill?.Left < 0), "No more seats are released than are held back, and none twice.");
        Law.Check(after is not { State: SaleState.OnSale, Details.Refill: { Left: > 0 } refill } || after.Available > refill.Below, "A ticket is refilled while few of its seats are left.");
        var isTold = before is null || !IsSold(before, after) || after != before with
        {
            Revoked = after.Revoked,
            RevokeAt = after.RevokeAt,
            RevokedUpTo = after.RevokedUpTo,
            Revoking = after.Revoking,
            Sales = after.Sales,
        };
        // There is one more for each refill.
        Law.Check(
            isTold ? after.Version > (before?.Version ?? 0) && after.Version <= (before?.Version ?? 0) + 1 + added : after.Version == before!.Version,
            "A ticket that changes has a new version.");
        Law.Check(!after.Holds.Keys.Intersect(after.Sales.ByOrder.Keys).Any(), "An order's seats are held or sold.");
    }

    /// <summary>Who has seats, and who is to lose them.</summary>
    private static void TakenSeats(Ticket? before, Ticket after)
    {
        var (had, have) = (Taken(before), Taken(after));
        // A seller may lower the limit at any time.
        Law.Check(
            have.Values.GroupBy(seats => seats.BuyerId).All(buyer => !(CountOf(buyer.Key, have) > after.Details.MaxPerBuyer) || CountOf(buyer.Key, have) <= CountOf(buyer.Key, had)),
            "No buyer gets more seats than the limit.");
        Law.Check(had.All(order => have.GetValueOrDefault(order.Key).Count <= order.Value.Count), "An order's seats never become more.");
        Law.Check(after.Revoked is null || after.Revoked.All(have.ContainsKey), "Seats are taken back of orders that have some.");
        Law.Check(after.RevokeAt is not null || !have.Keys.Any(after.IsRevoked), "Orders whose seats are taken back are told until they have none.");
    }

    /// <summary>Whether the same seats are sold to the same orders.</summary>
    private static bool IsSold(Ticket before, Ticket after) => Undisputed(before).SetEquals(Undisputed(after));

    /// <summary>The seats that are sold, whatever is disputed.</summary>
    public static HashSet<KeyValuePair<string, Seats>> Undisputed(Ticket ticket) =>
        [.. ticket.Sales.ByOrder.Select(sale => KeyValuePair.Create(sale.Key, sale.Value with { Dispute = null }))];

    private static Dictionary<string, Seats> Taken(Ticket? ticket) => ticket is null ? [] : new(ticket.Holds.Concat(ticket.Sales.ByOrder));

    private static int CountOf(string? buyerId, Dictionary<string, Seats> taken) =>
        taken.Values.Where(seats => seats.BuyerId == buyerId).Sum(seats => seats.Count);

    public static void Order(Order? before, Order after, DateTimeOffset now)
    {
        Law.Check(before is not { IsDead: true } || after == before || IsStill(before, after) || IsMarked(before, after), "A dead order never comes back.");
        var isTold = after != before && (before is null || after != before with
        {
            HeldTickets = after.HeldTickets,
            PayingUntil = after.PayingUntil,
            PaymentVersion = after.PaymentVersion,
        });
        Law.Check(after.Version == (before?.Version ?? 0) + (isTold ? 1 : 0), "An order that changes has a new version.");
        Law.Check(before is null || after.Status > before.Status || !isTold || IsStill(before, after) || IsProlonged(before, after) || GivesBack(before, after) || IsMarked(before, after), "An order's status only goes on.");
        Law.Check(before is null || after.Reason != Reasons.Expired || before.Reason == Reasons.Expired || before.IsProlonged || now >= before.ExpiresAt, "No hold ends early.");
        Law.Check(
            before?.Status != OrderStatus.Completed || after == before || after.Reason is Reasons.CancelledByUser or Reasons.SellerCancelled
            || GivesBack(before, after) || IsMarked(before, after),
            "Only its buyer and its sellers undo a completed order.");
        Law.Check(
            before is null || IsStill(before, after) || before.Lines.Zip(after.Lines).All(line =>
                line.Second == line.First with { Cancelled = line.Second.Cancelled } && line.Second.Cancelled >= line.First.Cancelled && line.Second.Kept >= 0),
            "An order's lines stay as they are, except that seats are given back.");
        Law.Check(before?.Status == OrderStatus.Completed || after.Refund == (before?.Refund ?? 0), "Seats are given back of completed orders only.");
        Law.Check(after.Refund >= (before?.Refund ?? 0) && after.Refund <= after.Price, "What goes back never becomes less, nor more than the price.");
        Law.Check(after.Status != OrderStatus.Completed || after.Lines.Any(line => line.Kept > 0), "A completed order has a seat.");
        Law.Check(after.IsDead == after.Reason is not null, "An order that ended says why.");
        Law.Check(after is not { Status: OrderStatus.PendingPayment, Price: 0 }, "A free order waits for no payment.");
    }

    private static bool IsProlonged(Order before, Order after) =>
        (before.Status, before.IsProlonged, after.IsProlonged) == (after.Status, false, true) && after.ExpiresAt > before.ExpiresAt;

    private static bool GivesBack(Order before, Order after) => before.Status == OrderStatus.Completed
        && before with { Lines = after.Lines, Version = after.Version } == after && before.Lines.Sum(line => line.Kept) > after.Lines.Sum(line => line.Kept);

    /// <summary>Its buyer disputes the payment, or that has ended.</summary>
    private static bool IsMarked(Order before, Order after) => !before.IsOpen && after.Dispute is not null && after.DisputeVersion > before.DisputeVersion
        && after == before with { Dispute = after.Dispute, DisputeVersion = after.DisputeVersion, Version = after.Version };

    /// <summary>An order that Orders does not know turns out to have seats of a ticket.</summary>
    private static bool IsStill(Order before, Order after) =>
        before.Reason == Reasons.UnknownOrder && after == before with { TicketId = after.TicketId, Quantity = after.Quantity, Lines = after.Lines, Version = after.Version };

    public static void Replica(TicketReplica? before, TicketReplica after) =>
        Law.Check(after.Version > (before?.Version ?? 0), "A replica only gets newer.");

    public static void Payment(OrderPayment? before, OrderPayment after)
    {
        Law.Check(after.OrderVersion >= (before?.OrderVersion ?? 0), "A replica only gets newer.");
        Law.Check(before?.Payment is null || before.Payment.Id == after.Payment?.Id, "An order has one payment.");
        Law.Check(
            before?.Payment is null || Rank(after) >= Rank(before) || after.Payment!.AttemptsLeft == before.Payment.AttemptsLeft - 1,
            "A payment only goes on, until it is tried again.");
        if (before?.Payment is { } old && after.Payment is { } payment)
        {
            // That a refund is due is nobody else's business; that it is done is told.
            Law.Check(Told(before) == Told(after) || payment.Version > old.Version, "What changes is told.");
            Law.Check(payment.Version == old.Version || Seen(before) != Seen(after), "Nothing is told twice.");
        }
        Law.Check(
            after.AmountRefunded >= (before?.AmountRefunded ?? 0) || after.Payment!.MadeRefunds!.Any(refund => refund.Status == RefundStatus.Failed),
            "What goes back never becomes less, unless it comes back.");
        Law.Check(after.Refund >= (before?.Refund ?? 0), "What is wanted back never becomes less.");
        Law.Check(
            before?.RefundDue > 0 || after.AmountRefunded + (after.Payment?.Lost ?? 0) + after.RefundDue <= after.Price || after.RefundDue == 0,
            "No more goes back than was paid.");
        Law.Check(after.RefundDue > 0 == after.Payment?.Status is PaymentStatus.Refunding, "A refund that is due sends something back.");
        Law.Check(
            before?.RefundDue is null or 0 || after.RefundDue == before.RefundDue || after.Payment!.RefundKey != before.Payment!.RefundKey,
            "A refund that is due stays the same until it is done.");
        var isDue = after.Payment is { IsOpen: true } or { Status: PaymentStatus.Refunding } or { IsCaptured: true, Dispute: DisputeState.Disputed };
        Law.Check(after.Payment?.DueAt is not null == isDue, "A payment is due while its outcome is open.");
        Law.Check(after.Payment is not { Status: PaymentStatus.RefundFailed } == after.Payment?.RefundFailure is null || after.RefundDue > 0, "A refund that failed says why.");
    }

    private static int Rank(OrderPayment order) =>
        order.Payment! switch { { Status: PaymentStatus.Processing } => 0, { IsOpen: true } => 1, { IsCaptured: false } => 2, _ => 3 };

    private static string Told(OrderPayment order) =>
        string.Join('\n', order.Tell().Select(told => Encoding.UTF8.GetString(EventJson.Serialize((IEvent)((PaymentEvent)told with { Version = 1 })))));

    private static string Seen(OrderPayment order) => JsonSerializer.Serialize(PaymentResponse.Of(order));

    public static void Timer(OrderTimer? before, OrderTimer after) =>
        Law.Check(before is null || before.Status == TimerStatus.Set || after == before || after.ExpiresAt > before.ExpiresAt, "A timer is fired or cleared once, unless its hold is prolonged.");
}
