using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Orders;

/// <summary>Which group handles which event on which document.</summary>
public static class EventHandlers
{
    /// <summary>Orders listens to everyone: an order's fate is decided by its seats, its payment and the clock.</summary>
    public static MessagingBuilder Groups(this MessagingBuilder messaging) => messaging
        .Group(ConsumerGroups.OrdersTickets, Topics.Tickets, group => group
            .On<TicketCreated, TicketReplica>(ticket => ticket.Id, TicketReplica.Update, isFirst: true)
            .On<TicketUpdated, TicketReplica>(ticket => ticket.Id, TicketReplica.Update)
            .On<TicketReserved, Order>(answer => answer.OrderId, Order.Reserved)
            .On<TicketRejected, Order>(answer => answer.OrderId, Order.Rejected))
        .Group(ConsumerGroups.OrdersPayments, Topics.Payments, group => group
            .On<PaymentSucceeded, Order>(payment => payment.OrderId, Order.Paid)
            .On<PaymentFailed, Order>(payment => payment.OrderId, Order.Declined))
        .Group(ConsumerGroups.OrdersExpiration, Topics.Expiration, group => group
            .On<ExpirationExpired, Order>(expiration => expiration.OrderId, Order.Expired));
}
