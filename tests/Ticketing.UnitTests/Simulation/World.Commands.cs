using Ticketing.Orders;
using Ticketing.Payments;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What people do.</summary>
internal sealed partial class World
{
    private static readonly string[] Cards = ["pm_card_visa", "pm_card_chargeDeclined"];
    private const int MaxTickets = 3;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(5);

    private void ListTicket(int price, int quantity)
    {
        var id = $"t{Tickets.Ids.Count + 1}";
        if (Tickets.Ids.Count < MaxTickets)
            Tickets.Execute(id, _ => Ticket.List(id, Some.Seller, "Front row", price % 3, "USD", 1 + (quantity % 6), Window(price / 3)));
    }

    /// <summary>Every fourth ticket is sold for some minutes only.</summary>
    private TicketDetails Window(int which) => which % 4 == 0
        ? new() { SalesFrom = Now + TimeSpan.FromSeconds(which % 5 * 10), SalesUntil = Now + TimeSpan.FromMinutes(4) }
        : default;

    private void ChangeTicket(int which, int what)
    {
        if (Pick(Tickets.Ids, which) is not { } id)
            return;
        decimal? price = what % 2 == 0 ? what / 2 % 4 : null;
        int? quantity = what % 2 == 1 ? 1 + (what / 2 % 8) : null;
        Tickets.Execute(id, ticket => Ticket.Change(ticket, Some.Seller, null, price, quantity, null));
    }

    /// <summary>Pauses a ticket, resumes it, or now and then withdraws it.</summary>
    private void PauseTicket(int which, int how)
    {
        if (Pick(Tickets.Ids, which) is not { } id)
            return;
        Tickets.Execute(id, ticket => (how % 8) switch
        {
            0 => Ticket.Withdraw(ticket, Some.Seller, null),
            <= 3 => Ticket.Pause(ticket, Some.Seller, null),
            _ => Ticket.Resume(ticket, Some.Seller, null),
        });
    }

    private void PlaceOrder(int which, int quantity)
    {
        if (Pick(Replicas.Ids, which) is { } ticket)
            PlaceOrder($"o{Orders.Ids.Count + 1}", SeatsOf(ticket, quantity));
    }

    /// <summary>The same idempotency key, with the same body or another.</summary>
    private void PlaceOrderAgain(int which, int quantity)
    {
        if (Pick(Orders.Ids, which) is { } id && Replicas.Find(Orders.Find(id)!.TicketId) is { } ticket)
            Law.Check(!PlaceOrder(id, SeatsOf(ticket.Id, quantity)), "One key is one order.");
    }

    /// <summary>1 to 3 seats of a ticket; now and then as many of all the others, too.</summary>
    private (TicketReplica, int)[] SeatsOf(string ticket, int quantity) =>
        [.. Replicas.Ids.Where(id => quantity % 4 == 0 || id == ticket).OrderBy(id => id != ticket).Select(id => (Replicas.Find(id)!, 1 + (quantity % 3)))];

    private bool PlaceOrder(string id, (TicketReplica, int)[] seats) =>
        Orders.Execute(id, order => Order.Place(order, id, Some.Buyer, seats, Some.Hold, Now));

    private void CancelOrder(int which)
    {
        if (Pick(Orders.Ids, which) is { } id)
            Orders.Execute(id, order => Order.Cancel(order, Some.Buyer));
    }

    private void PayOrder(int which, int card)
    {
        if (Pick(Payments.Ids, which) is { } id
            && Payments.Execute(id, payment => OrderPayment.Pay(
                payment, new($"payment-of-{id}", Some.Buyer, Cards[card % Cards.Length], MaxAttempts: 1 + (card / 2 % 2)), Now, Now + Lease, Now + AnswerTimeout)))
        {
            _calls.Add(new Call(Payments.Find(id)!));
        }
    }

    private static string? Pick(List<string> ids, int which) => ids.Count == 0 ? null : ids[which % ids.Count];
}
