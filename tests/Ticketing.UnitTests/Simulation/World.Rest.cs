using Ticketing.Contracts;
using Ticketing.Expiration;
using Ticketing.Orders;
using Ticketing.Payments;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What must hold when nothing is on its way any more.</summary>
internal sealed partial class World
{
    public void CheckRest()
    {
        foreach (var ticket in Tickets.All)
        {
            var sold = Orders.All.Where(order => order.Status == OrderStatus.Completed)
                .SelectMany(order => order.Lines.Where(line => line.TicketId == ticket.Id).Select(line => (order.Id, Line: line))).ToList();
            Law.Check(ticket.Held == 0, "No seat is held when every hold has run out.");
            Law.Check(ticket.Sales.ByOrder.ToHashSet().SetEquals(sold.Select(line => KeyValuePair.Create(line.Id, line.Line.Quantity))), "Sold seats are those of completed orders.");
            Law.Check(ticket.Revenue == sold.Sum(line => line.Line.UnitPrice * line.Line.Quantity), "A ticket's revenue is what its completed orders cost.");
            var replica = new TicketReplica(
                ticket.Id, ticket.Price, ticket.Currency, ticket.Available, ticket.Version, ticket.Title, ticket.Details.Venue, ticket.Details.StartsAt, ticket.State);
            Law.Check(Replicas.Find(ticket.Id) == replica, "The replica of a ticket equals it.");
        }
        foreach (var order in Orders.All)
            CheckRest(order, Payments.Find(order.Id)!, Timers.Find(order.Id));
        var due = Orders.All.Where(order => order.Status == OrderStatus.Completed).Sum(order => order.Price);
        Law.Check(Bank.Captured - Bank.Refunded == due, "The money that is kept is that of completed orders.");
    }

    private static void CheckRest(Order order, OrderPayment payment, OrderTimer? timer)
    {
        Law.Check(order.IsDead || order.Status == OrderStatus.Completed, "Every order's fate is decided.");
        Law.Check(
            (payment.OrderStatus, payment.OrderVersion, payment.Price) == (order.Status, order.Version, order.Price)
            || (payment.IsOrderDead && order.Reason == Reasons.UnknownOrder),
            "The replica of an order equals it.");
        Law.Check(payment.Payment?.DueAt is null, "No charge or refund is due.");
        Law.Check(order.IsDead || order.Price == 0 || payment.Payment?.Status == PaymentStatus.Succeeded, "A completed order is paid.");
        Law.Check(order.Price > 0 || payment.Payment is null || order.Reason == Reasons.UnknownOrder, "Nobody pays for a free order.");
        Law.Check(timer?.Status != TimerStatus.Set, "No timer is set.");
    }
}
