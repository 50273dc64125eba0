namespace Ticketing.Contracts;

/// <summary>The consumer groups: one per service and topic that it listens to, named <c>service-topic</c>.</summary>
public static class ConsumerGroups
{
    /// <summary>Tickets listens to orders: reserves, sells and releases seats.</summary>
    public const string TicketsOrders = "tickets-orders";

    /// <summary>Orders listens to tickets: keeps its replicas of tickets, learns what became of a reservation.</summary>
    public const string OrdersTickets = "orders-tickets";

    /// <summary>Orders listens to payments: completes or fails orders.</summary>
    public const string OrdersPayments = "orders-payments";

    /// <summary>Orders listens to expiration: cancels orders whose hold ran out.</summary>
    public const string OrdersExpiration = "orders-expiration";

    /// <summary>Payments listens to orders: knows what may be paid, refunds what died.</summary>
    public const string PaymentsOrders = "payments-orders";

    /// <summary>Expiration listens to orders: sets and clears the timers of holds.</summary>
    public const string ExpirationOrders = "expiration-orders";

    /// <summary>Every group with the one topic that it consumes.</summary>
    public static IReadOnlyList<(string Group, string Topic)> All { get; } =
    [
        (TicketsOrders, Topics.Orders),
        (OrdersTickets, Topics.Tickets),
        (OrdersPayments, Topics.Payments),
        (OrdersExpiration, Topics.Expiration),
        (PaymentsOrders, Topics.Orders),
        (ExpirationOrders, Topics.Orders),
    ];
}
