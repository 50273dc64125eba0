using Ticketing.Orders;
using Ticketing.Payments;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What people do.</summary>
internal sealed partial class World
{
    private static readonly string[] Buyers = [Some.Buyer, "another buyer"];
    private static readonly string[] Cards = ["pm_card_visa", DeclinedCard, AuthenticatedCard];
    public const string DeclinedCard = "pm_card_chargeDeclined";
    public const string AuthenticatedCard = "pm_card_authenticationRequired";
    private const int MaxTickets = 3;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(5);

    /// <summary>The orders whose buyer gave seats back.</summary>
    private readonly HashSet<string> _givenBack = [];

    /// <summary>What sellers took back of single orders.</summary>
    private readonly HashSet<(string Ticket, string Order)> _takenBack = [];

    private void ListTicket(int price, int quantity)
    {
        var id = $"t{Tickets.Ids.Count + 1}";
        if (Tickets.Ids.Count < MaxTickets)
            Tickets.Execute(id, _ => Ticket.List(id, Some.Seller, "Front row", price % 3, "USD", 1 + (quantity % 6), Details(price / 3)));
    }

    /// <summary>
    /// Every fourth ticket is sold for some minutes only, and those of every third can be given back for some minutes only. Half of them have a limit that
    /// one order can reach, and of some a few seats are held back.
    /// </summary>
    private TicketDetails Details(int which) => new()
    {
        SalesFrom = which % 4 == 0 ? Now + TimeSpan.FromSeconds(which % 5 * 10) : null,
        SalesUntil = which % 4 == 0 ? Now + TimeSpan.FromMinutes(4) : null,
        RefundableUntil = which % 3 == 0 ? Now + TimeSpan.FromMinutes(3) : null,
        MaxPerBuyer = which % 2 == 0 ? 1 + (which / 2 % 4) : null,
        LowStockAt = which % 3 == 1 ? which / 3 % 3 : null,
        Refill = which % 5 < 2 ? new(Below: which / 5 % 3, Amount: 1 + (which % 2), UpTo: 2 + (which / 5 % 4)) : null,
    };

    private void ChangeTicket(int which, int what)
    {
        if (Pick(Tickets.Ids, which) is not { } id)
            return;
        decimal? price = what % 2 == 0 ? what / 2 % 4 : null;
        int? quantity = what % 2 == 1 ? 1 + (what / 2 % 8) : null;
        int? limit = what % 5 == 0 ? 1 + (what / 5 % 4) : null;
        Tickets.Execute(id, ticket => Ticket.Change(
            ticket, Some.Seller, null, price, quantity, details => details with { MaxPerBuyer = limit ?? details.MaxPerBuyer }));
    }

    /// <summary>Pauses a ticket, resumes it, or now and then withdraws it.</summary>
    private void PauseTicket(int which, int how)
    {
        if (Pick(Tickets.Ids, which) is not { } id)
            return;
        Tickets.Execute(id, ticket => (how % 8) switch
        {
            0 => Ticket.Withdraw(ticket, Some.Seller),
            <= 3 => Ticket.Pause(ticket, Some.Seller),
            _ => Ticket.Resume(ticket, Some.Seller),
        });
    }

    /// <summary>What is sold does not take place. It is rare, so that something is left to sell.</summary>
    private void CancelTicket(int which, int how)
    {
        if (how % 3 == 0 && Pick(Tickets.Ids, which) is { } id)
            Tickets.Execute(id, ticket => Ticket.Cancel(ticket, Some.Seller, Now));
    }

    /// <summary>The seller of a ticket takes the seats of one order back.</summary>
    private void RefundOrder(Ticket ticket, int which)
    {
        var order = Pick([.. ticket.Holds.Keys.Concat(ticket.Sales.ByOrder.Keys).Order(StringComparer.Ordinal)], which)!;
        Tell($"the seller takes the seats of {order} back");
        Tickets.Execute(ticket.Id, current => Ticket.Refund(current, Some.Seller, order, Now));
        _takenBack.Add((ticket.Id, order));
    }

    private void PlaceOrder(int which, int quantity)
    {
        if (Pick(Replicas.Ids, which) is { } ticket)
            PlaceOrder($"o{Orders.Ids.Count + 1}", Buyers[quantity / 12 % Buyers.Length], SeatsOf(ticket, quantity));
    }

    /// <summary>The same idempotency key, with the same body or another.</summary>
    private void PlaceOrderAgain(int which, int quantity)
    {
        if (Pick(Orders.Ids, which) is { } id && Replicas.Find(Orders.Find(id)!.TicketId) is { } ticket)
            Law.Check(!PlaceOrder(id, Orders.Find(id)!.UserId, SeatsOf(ticket.Id, quantity)), "One key is one order.");
    }

    /// <summary>1 to 3 seats of a ticket; now and then as many of all the others, too.</summary>
    private (TicketReplica, int)[] SeatsOf(string ticket, int quantity) =>
        [.. Replicas.Ids.Where(id => quantity % 4 == 0 || id == ticket).OrderBy(id => id != ticket).Select(id => (Replicas.Find(id)!, 1 + (quantity % 3)))];

    private bool PlaceOrder(string id, string buyer, (TicketReplica, int)[] seats) =>
        Orders.Execute(id, order => Order.Place(order, id, buyer, seats, Some.Hold, Now));

    private void CancelOrder(int which)
    {
        if (Pick(Orders.Ids, which) is { } id)
            Orders.Execute(id, order => Order.Cancel(order, order!.UserId, Now));
    }

    /// <summary>The buyer keeps up to 2 seats fewer of each ticket, or of the first one only.</summary>
    private void GiveBack(Order order, int how)
    {
        (string Id, int Kept)[] kept =
            [.. order.Lines.Take(how % 2 == 0 ? 1 : order.Lines.Count).Select((line, i) => (line.TicketId, Math.Max(0, line.Kept - (((how / 2) + i) % 3))))];
        Tell($"the buyer of {order.Id} keeps {string.Join(", ", kept)}");
        if (!Orders.Execute(order.Id, current => Order.Keep(current, current!.UserId, kept, Now)))
            return;
        _givenBack.Add(order.Id);
        Law.Check(
            kept.All(one => order.Lines.Single(line => line.TicketId == one.Id) is var line && (line.Kept == one.Kept || !(Now > line.RefundableUntil))),
            "Seats are given back only while they can be.");
    }

    private void PayOrder(int which, int card)
    {
        if (Pick(card % 8 == 0 ? Payments.Ids : PayableOrders, which) is { } id
            && Payments.Execute(id, payment => OrderPayment.Pay(
                payment, new($"payment-of-{id}", payment!.UserId, Cards[card / 8 % Cards.Length], MaxAttempts: 1 + (card / 16 % 2)), Now, Now + Lease, Now + AnswerTimeout)))
        {
            _calls.Add(new Call(Payments.Find(id)!));
        }
    }

    private static string? Pick(List<string> ids, int which) => ids.Count == 0 ? null : ids[which % ids.Count];
}
