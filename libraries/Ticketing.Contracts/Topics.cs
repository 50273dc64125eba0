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

    /// <summary>Partitions of a topic that this system creates; more instances of a service than this share no more work.</summary>
    public const int Partitions = 6;

    /// <summary>Every topic that carries events.</summary>
    public static IReadOnlyList<string> All { get; } = [Orders, Tickets, Payments, Expiration];

    /// <summary>Where events go that a group could not handle: one dead-letter topic per group and topic.</summary>
    public static string DeadLetters(string topic, string group) => $"{topic}.{group}.dead";
}
