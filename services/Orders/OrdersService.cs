using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Orders;

/// <summary>Orders listens to everyone: an order's fate is decided by its seats, its payment and the clock.</summary>
public static class OrdersService
{
    /// <summary>What the service is made of.</summary>
    public static Service Value { get; } = new Service("orders")
        .Publishes(Topics.Orders).ReadBy("tickets", "payments", "expiration", "notifications").TellsActions()
        .Documents(Order.Documents, order => order.Tell())
        .On<TicketReserved, Order>(answer => answer.OrderId, Order.Reserved)
        .On<TicketRejected, Order>(answer => answer.OrderId, Order.Rejected)
        .On<TicketRevoked, Order>(answer => answer.OrderId, Order.Revoked)
        .On<PaymentCreated, Order>(payment => payment.OrderId, Order.PaymentBegan)
        .On<PaymentSucceeded, Order>(payment => payment.OrderId, Order.Paid)
        .On<PaymentRequiresAction, Order>(payment => payment.OrderId, Order.ActionRequired)
        .On<PaymentFailed, Order>(payment => payment.OrderId, Order.Declined)
        .On<PaymentDisputed, Order>(payment => payment.OrderId, Order.Disputed)
        .OnEach<PaymentPartiallyRefunded, Order>(DisputedOrder, (_, order, payment, _) => Order.Disputed(order, payment))
        .OnEach<PaymentRefunded, Order>(DisputedOrder, (_, order, payment, _) => Order.Disputed(order, payment))
        .OnEach<PaymentRefundFailed, Order>(DisputedOrder, (_, order, payment, _) => Order.Disputed(order, payment))
        .On<ExpirationExpired, Order>(expiration => expiration.OrderId, Order.Expired)
        .WhenDue<Order>("overdue", Order.Overdue)
        .Documents(TicketReplica.Documents)
        .On<TicketCreated, TicketReplica>(ticket => ticket.Id, TicketReplica.Update)
        .On<TicketUpdated, TicketReplica>(ticket => ticket.Id, TicketReplica.Update)
        .HearsOfEndedSessions();

    // A refund concerns no order. If the record of a dispute is lost, it is the next one that tells of it.
    private static IEnumerable<string> DisputedOrder(PaymentEvent refund) => refund.Dispute is null ? [] : [refund.OrderId];
}
