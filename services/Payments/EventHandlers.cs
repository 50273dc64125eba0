using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Payments;

/// <summary>Which group handles which event on which document, and what is done when a document has an effect due.</summary>
public static class EventHandlers
{
    /// <summary>Payments listens to orders: knows what may be paid, and what must be refunded.</summary>
    public static MessagingBuilder Groups(this MessagingBuilder messaging) => messaging
        .Group(ConsumerGroups.PaymentsOrders, Topics.Orders, group => group
            .On<OrderCreated, OrderPayment>(order => order.OrderId, OrderPayment.Follow, isFirst: true, isUrgent: false)
            .On<OrderPending, OrderPayment>(order => order.OrderId, OrderPayment.Follow)
            .On<OrderCompleted, OrderPayment>(order => order.OrderId, OrderPayment.Follow, isUrgent: false)
            .On<OrderCancelled, OrderPayment>(order => order.OrderId, OrderPayment.Follow)
            .On<OrderFailed, OrderPayment>(order => order.OrderId, OrderPayment.Follow));

    /// <summary>Charges and refunds that are due go to the gateway.</summary>
    public static MessagingBuilder Effects(this MessagingBuilder messaging) => messaging
        .Due(services => new DueWork<OrderPayment>("due", services.GetRequiredService<PaymentEffects>().RunAsync));
}
