namespace Ticketing.Contracts;

/// <summary>The Kafka topics, one per publishing service. A record's key is the aggregate's id, so one aggregate's events stay in order.</summary>
public static class Topics
{
    /// <summary>Events of Orders, keyed by order id.</summary>
    public const string Orders = "orders";

    /// <summary>Events of Tickets, keyed by ticket id.</summary>
    public const string Tickets = "tickets";

    /// <summary>Events of Payments, keyed by order id.</summary>
    public const string Payments = "payments";

    /// <summary>Events of Expiration, keyed by order id.</summary>
    public const string Expiration = "expiration";

    /// <summary>Events of Accounts, keyed by user id.</summary>
    public const string Accounts = "accounts";

    /// <summary>Every topic that carries events.</summary>
    public static IReadOnlyList<string> All { get; } = [Orders, Tickets, Payments, Expiration, Accounts];
}
