using Ticketing.Tickets;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What sellers do about disputes.</summary>
internal sealed partial class World
{
    /// <summary>The seats that their seller blocked last.</summary>
    private readonly HashSet<(string Ticket, string Order)> _blocked = [];

    private List<(Ticket Ticket, string Order)> SoldSeats => [.. Tickets.All.SelectMany(ticket => ticket.Sales.ByOrder.Keys.Order(StringComparer.Ordinal).Select(order => (ticket, order)))];

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
