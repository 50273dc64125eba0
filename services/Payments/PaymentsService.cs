using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Payments;

/// <summary>Payments listens to orders: knows what may be paid, and what must be refunded. Charges and refunds that are due go to the gateway.</summary>
public static class PaymentsService
{
    /// <summary>What the service is made of.</summary>
    public static Service Value { get; } = new Service("payments")
        .Publishes(Topics.Payments).ReadBy("orders", "notifications").TellsActions()
        .Documents(OrderPayment.Documents, payment => payment.Tell())
        .On<OrderCreated, OrderPayment>(order => order.OrderId, OrderPayment.Follow)
        .On<OrderPending, OrderPayment>(order => order.OrderId, OrderPayment.Follow)
        .On<OrderCompleted, OrderPayment>(order => order.OrderId, OrderPayment.Follow)
        .On<OrderCancelled, OrderPayment>(order => order.OrderId, OrderPayment.Follow)
        .On<OrderFailed, OrderPayment>(order => order.OrderId, OrderPayment.Follow)
        .WhenDue<OrderPayment, PaymentEffects>("due", (effects, due, cancellation) => effects.RunAsync(due, cancellation))
        .Documents(ProviderLook.Documents)
        .HearsOfEndedSessions();
}
