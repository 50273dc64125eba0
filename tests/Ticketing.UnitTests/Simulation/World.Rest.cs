using Ticketing.Contracts;
using Ticketing.Expiration;
using Ticketing.Orders;
using Ticketing.Payments;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What must hold when nothing is on its way any more.</summary>
internal sealed partial class World
{
    public void CheckRest()
    {
        foreach (var ticket in Tickets.All)
        {
            var sold = Orders.All.Where(order => order.Status == OrderStatus.Completed)
                .SelectMany(order => order.Lines.Where(line => line.TicketId == ticket.Id && line.Kept > 0)
                    .Select(line => KeyValuePair.Create(order.Id, new Seats(line.Kept, order.UserId, line.UnitPrice)))).ToList();
            CheckDisputes(ticket);
            Law.Check(ticket.Held == 0, "No seat is held when every hold has run out.");
            Law.Check(Laws.Undisputed(ticket).SetEquals(sold), "Sold seats are those that completed orders keep.");
            Law.Check(ticket.Revenue == sold.Sum(sale => sale.Value.UnitPrice * sale.Value.Count), "A ticket's revenue is what its sold seats cost.");
            Law.Check(ticket.State != SaleState.Cancelled || ticket.Available == ticket.Quantity, "Nobody has seats of a cancelled ticket.");
            Law.Check((ticket.Revoked, ticket.RevokeAt) == (null, null), "Every order is told that it loses its seats.");
            var replica = new TicketReplica(
                ticket.Id, ticket.Price, ticket.Currency, ticket.Available, ticket.Version, ticket.Title, ticket.Details.Venue, ticket.Details.StartsAt, ticket.State,
                ticket.Details.MaxPerBuyer, ticket.Details.RefundableUntil, ticket.UserId);
            Law.Check(Replicas.Find(ticket.Id) == replica, "The replica of a ticket equals it.");
        }
        foreach (var order in Orders.All)
        {
            CheckRest(order, Payments.Find(order.Id)!, Timers.Find(order.Id));
            CheckWhy(order);
        }
        foreach (var id in Bank.Orders)
        {
            var due = Orders.Find(id) is { Status: OrderStatus.Completed } order ? order.Price - order.Refund : 0;
            var kept = Bank.KeptOf(id);
            // What the bank took back after a refund failed counts for that refund, too.
            Law.Check(
                kept <= due && kept >= due - Bank.TakenBackOf(id),
                "The money that is kept is that of the seats that completed orders keep; less only if the bank or somebody else took it back.");
        }
        foreach (var found in Bank.All.Where(found => found.Result.IsCaptured))
        {
            var payment = Payments.Find(found.OrderId!)!;
            Law.Check(payment.Payment!.GatewayId == found.Result.Id, "What is captured is known.");
            Law.Check(
                payment.AmountRefunded == found.Refunds.Where(refund => refund.Status != RefundStatus.Failed).Sum(refund => refund.Amount),
                "What the provider sent back is known to the cent.");
            Law.Check(payment.Payment.Dispute == found.Disputes.SingleOrDefault()?.State, "What the bank decided is known.");
        }
    }

    private static void CheckRest(Order order, OrderPayment payment, OrderTimer? timer)
    {
        Law.Check(order.IsDead || order.Status == OrderStatus.Completed, "Every order's fate is decided.");
        Law.Check(
            ((payment.OrderStatus, payment.Price, payment.Refund) == (order.Status, order.Price, order.Refund)
                // A dispute over a dead order is nothing to Payments, which knows of it.
                && (payment.OrderVersion == order.Version || (order.IsDead && order.Dispute is not null)))
            || (payment.IsOrderDead && order.Reason == Reasons.UnknownOrder),
            "The replica of an order equals it.");
        Law.Check(payment.Payment?.DueAt is null, "No charge or refund is due.");
        Law.Check(order.Dispute == payment.Payment?.Dispute, "An order is disputed as its payment is.");
        Law.Check(order.IsDead || order.Price == 0 || payment.Payment?.IsCaptured == true, "A completed order is paid.");
        Law.Check(payment.Payment?.RefundFailure is null, "No refund is left that failed.");
        Law.Check(order.Price > 0 || payment.Payment is null || order.Reason == Reasons.UnknownOrder, "Nobody pays for a free order.");
        Law.Check(timer?.Status != TimerStatus.Set, "No timer is set.");
    }

    /// <summary>Seats are lost because somebody wants that.</summary>
    private void CheckWhy(Order order)
    {
        foreach (var line in order.Lines)
        {
            var isTakenBack = _takenBack.Contains((line.TicketId, order.Id));
            Law.Check(!isTakenBack || !Tickets.Find(line.TicketId)!.Sales.ByOrder.ContainsKey(order.Id), "An order has no seats that a seller took back.");
            Law.Check(line.Cancelled == 0 || _givenBack.Contains(order.Id) || IsSellers(line), "A completed order loses seats if its buyer or a seller wants that.");
        }
        Law.Check(order.Reason != Reasons.SellerCancelled || order.Lines.Any(IsSellers), "A seller cancels an order who took its seats back.");

        bool IsSellers(OrderLine line) => _takenBack.Contains((line.TicketId, order.Id)) || Tickets.Find(line.TicketId) is { State: SaleState.Cancelled };
    }
}
