using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Tickets;

/// <summary>Which group handles which event on which document.</summary>
public static class EventHandlers
{
    /// <summary>Tickets listens to orders: reserves, sells and releases their seats. Who paid for held seats does not wait for the sale.</summary>
    public static MessagingBuilder Groups(this MessagingBuilder messaging) => messaging
        .Group(ConsumerGroups.TicketsOrders, Topics.Orders, group => group
            .On<OrderCreated, Ticket>(order => order.TicketId, Ticket.Reserve)
            .On<OrderCompleted, Ticket>(order => order.TicketId, Ticket.Sell, isUrgent: false)
            .On<OrderCancelled, Ticket>(order => order.TicketId, Ticket.Release)
            .On<OrderFailed, Ticket>(order => order.TicketId, Ticket.Release));
}
