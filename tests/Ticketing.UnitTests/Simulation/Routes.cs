using Ticketing.Contracts;
using Ticketing.Expiration;
using Ticketing.Messaging;
using Ticketing.Orders;
using Ticketing.Payments;
using Ticketing.Tickets;
using static Ticketing.Contracts.ConsumerGroups;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What a group does with a type of event.</summary>
/// <param name="Group">The group.</param>
/// <param name="EventType">The type.</param>
/// <param name="Decider">The pure function.</param>
/// <param name="Apply">Applies it to the document that the event names.</param>
internal sealed record Route(string Group, string EventType, Delegate Decider, Action<World, Event> Apply);

/// <summary>The services' <c>EventHandlers</c> as a table; <see cref="RoutesTests"/> compares the two.</summary>
internal static class Routes
{
    public static IReadOnlyList<Route> All { get; } =
    [
        Timed<OrderCreated>(Ticket.Reserve),
        On<OrderCompleted, Ticket>(TicketsOrders, world => world.Tickets, order => order.TicketId, Ticket.Sell),
        Timed<OrderCancelled>(Ticket.Release),
        Timed<OrderFailed>(Ticket.Release),
        On<TicketCreated, TicketReplica>(OrdersTickets, world => world.Replicas, ticket => ticket.Id, TicketReplica.Update),
        On<TicketUpdated, TicketReplica>(OrdersTickets, world => world.Replicas, ticket => ticket.Id, TicketReplica.Update),
        On<TicketReserved, Order>(OrdersTickets, world => world.Orders, answer => answer.OrderId, Order.Reserved),
        On<TicketRejected, Order>(OrdersTickets, world => world.Orders, answer => answer.OrderId, Order.Rejected),
        On<PaymentSucceeded, Order>(OrdersPayments, world => world.Orders, payment => payment.OrderId, Order.Paid),
        On<PaymentFailed, Order>(OrdersPayments, world => world.Orders, payment => payment.OrderId, Order.Declined),
        On<ExpirationExpired, Order>(OrdersExpiration, world => world.Orders, expiration => expiration.OrderId, Order.Expired),
        Follow<OrderCreated>(), Follow<OrderPending>(), Follow<OrderCompleted>(), Follow<OrderCancelled>(), Follow<OrderFailed>(),
        On<OrderCreated, OrderTimer>(ExpirationOrders, world => world.Timers, order => order.OrderId, OrderTimer.Set),
        On<OrderPending, OrderTimer>(ExpirationOrders, world => world.Timers, order => order.OrderId, OrderTimer.Set),
        On<OrderCompleted, OrderTimer>(ExpirationOrders, world => world.Timers, order => order.OrderId, OrderTimer.Clear),
        On<OrderCancelled, OrderTimer>(ExpirationOrders, world => world.Timers, order => order.OrderId, OrderTimer.Clear),
        On<OrderFailed, OrderTimer>(ExpirationOrders, world => world.Timers, order => order.OrderId, OrderTimer.Clear),
    ];

    private static Route Follow<TEvent>()
        where TEvent : OrderEvent
    {
        Func<OrderPayment?, TEvent, DateTimeOffset, Decision<OrderPayment>> decide = OrderPayment.Follow;
        return new(PaymentsOrders, EventJson.TypeOf(typeof(TEvent)), decide, (world, order) =>
            world.Payments.Execute(((TEvent)order).OrderId, payment => decide(payment, (TEvent)order, world.Now)));
    }

    private static Route Timed<TEvent>(Func<Ticket?, TEvent, DateTimeOffset, Decision<Ticket>> decide)
        where TEvent : OrderEvent => new(TicketsOrders, EventJson.TypeOf(typeof(TEvent)), decide, (world, order) =>
            world.Tickets.Execute(((TEvent)order).TicketId, ticket => decide(ticket, (TEvent)order, world.Now)));

    private static Route On<TEvent, T>(
        string group, Func<World, Table<T>> table, Func<TEvent, string> id, Func<T?, TEvent, Decision<T>> decide)
        where TEvent : Event
        where T : class => new(group, EventJson.TypeOf(typeof(TEvent)), decide, (world, @event) =>
            table(world).Execute(id((TEvent)@event), state => decide(state, (TEvent)@event)));
}
