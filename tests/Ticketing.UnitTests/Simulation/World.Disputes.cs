using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Payments;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What a bank tells by itself, published as Payments does, and what sellers do about it.</summary>
internal sealed partial class World
{
    /// <summary>The seats that their seller blocked last.</summary>
    private readonly HashSet<(string Ticket, string Order)> _blocked = [];

    private int _disputes;

    private List<OrderPayment> CapturedPayments => [.. Payments.All.Where(payment => payment.Payment is { Status: not (PaymentStatus.Processing or PaymentStatus.Failed) })];

    private List<OrderPayment> ProcessingPayments => [.. Payments.All.Where(payment => payment.Payment is { Status: PaymentStatus.Processing })];

    private List<(Ticket Ticket, string Order)> SoldSeats => [.. Tickets.All.SelectMany(ticket => ticket.Sales.ByOrder.Keys.Order(StringComparer.Ordinal).Select(order => (ticket, order)))];

    /// <summary>A dispute begins or ends. Its event is one of those of the payment that may be lost, read again, and come late.</summary>
    private void Dispute(OrderPayment payment, int how)
    {
        _disputes++;
        var state = (DisputeState)(how % 3);
        Tell($"the payment of {payment.OrderId} is {state}");
        PublishOf<PaymentDisputed>(payment, @event => @event with { Dispute = state, Version = payment.Payment!.Version + _disputes });
    }

    /// <summary>The bank wants to hear of the buyer.</summary>
    private void AskBuyer(OrderPayment payment)
    {
        Tell($"the payment of {payment.OrderId} waits for its buyer");
        PublishOf<PaymentRequiresAction>(payment, @event => @event with { Version = payment.Payment!.Version + 1 });
    }

    private void PublishOf<T>(OrderPayment payment, Func<T, T> change)
        where T : PaymentEvent, IEvent, new() => LogOf(Topics.Payments, payment.OrderId).Append(EventJson.Serialize(change(new()
        {
            Id = payment.Payment!.Id,
            OrderId = payment.OrderId,
            UserId = payment.UserId,
            Amount = payment.Price,
            Currency = payment.Currency,
        })));

    private void Block(Ticket ticket, string order, bool isBlocked)
    {
        Tell($"the seller {(isBlocked ? "blocks" : "unblocks")} the seats of {order}");
        var isDisputed = ticket.Sales.ByOrder[order].Dispute is not null;
        Tickets.Execute(ticket.Id, current => isBlocked ? Ticket.Block(current, Some.Seller, order) : Ticket.Unblock(current, Some.Seller, order));
        if (isBlocked && isDisputed)
            _blocked.Add((ticket.Id, order));
        else
            _blocked.Remove((ticket.Id, order));
    }

    private void CheckDisputes(Ticket ticket)
    {
        foreach (var (order, seats) in ticket.Sales.ByOrder)
        {
            Law.Check(seats.Dispute?.State == Orders.Find(order)?.Dispute, "Sold seats are disputed as their order is.");
            Law.Check(seats.Dispute is { IsBlocked: true } == _blocked.Contains((ticket.Id, order)), "Seats are blocked if their seller wants that.");
        }
    }
}
