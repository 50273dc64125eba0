using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Expiration;

/// <summary>Which group handles which event on which document, and what happens when a document's time comes.</summary>
public static class EventHandlers
{
    /// <summary>
    /// Expiration listens to orders: sets their timers and clears them. A hold lasts minutes; an order that is paid at once has its timer
    /// written once.
    /// </summary>
    public static MessagingBuilder Groups(this MessagingBuilder messaging) => messaging
        .Group(ConsumerGroups.ExpirationOrders, Topics.Orders, group => group
            .On<OrderCreated, OrderTimer>(order => order.OrderId, OrderTimer.Set, isFirst: true, isUrgent: false)
            // In case order.created was lost, and the order's state is told again.
            .On<OrderPending, OrderTimer>(order => order.OrderId, OrderTimer.Set, isUrgent: false)
            .On<OrderCompleted, OrderTimer>(order => order.OrderId, OrderTimer.Clear, isUrgent: false)
            .On<OrderCancelled, OrderTimer>(order => order.OrderId, OrderTimer.Clear, isUrgent: false)
            .On<OrderFailed, OrderTimer>(order => order.OrderId, OrderTimer.Clear, isUrgent: false));

    /// <summary>A timer that is due fires.</summary>
    public static MessagingBuilder Timers(this MessagingBuilder messaging) => messaging
        .Due(services =>
        {
            var timers = services.GetRequiredService<Repository<OrderTimer>>();
            return new DueWork<OrderTimer>("due", async (due, cancellation) =>
                await timers.UpdateManyAsync([.. due.Select(timer => timer.Id)], OrderTimer.Fire, cancellation));
        });
}
