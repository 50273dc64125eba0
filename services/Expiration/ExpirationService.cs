using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Expiration;

/// <summary>Expiration listens to orders: sets their timers and clears them.</summary>
public static class ExpirationService
{
    /// <summary>What the service is made of.</summary>
    public static Service Value { get; } = new Service("expiration")
        .Publishes(Topics.Expiration).ReadBy("orders").TellsActions()
        .Documents(OrderTimer.Documents, timer => timer.Tell())
        .On<OrderCreated, OrderTimer>(order => order.OrderId, OrderTimer.Set)
        // In case order.created was lost, and the order's state is told again.
        .On<OrderPending, OrderTimer>(order => order.OrderId, OrderTimer.Set)
        .On<OrderCompleted, OrderTimer>(order => order.OrderId, OrderTimer.Clear)
        .On<OrderCancelled, OrderTimer>(order => order.OrderId, OrderTimer.Clear)
        .On<OrderFailed, OrderTimer>(order => order.OrderId, OrderTimer.Clear)
        .WhenDue<OrderTimer>("due", OrderTimer.Fire)
        .HearsOfEndedSessions();
}
