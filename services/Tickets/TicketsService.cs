using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Tickets;

/// <summary>Tickets listens to orders: reserves, sells and releases their seats.</summary>
public static class TicketsService
{
    /// <summary>What the service is made of.</summary>
    public static Service Value { get; } = new Service("tickets")
        .Publishes(Topics.Tickets).ReadBy("orders")
        .Documents(Ticket.Documents, ticket => ticket.Tell())
        .On<OrderCreated, Ticket>(order => order.TicketId, Ticket.Reserve)
        .On<OrderCompleted, Ticket>(order => order.TicketId, Ticket.Sell)
        .On<OrderCancelled, Ticket>(order => order.TicketId, Ticket.Release)
        .On<OrderFailed, Ticket>(order => order.TicketId, Ticket.Release);
}
