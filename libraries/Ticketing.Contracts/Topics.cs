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

    /// <summary>What services did (<see cref="ActionRecord"/>): one record for each event, keyed as the event is.</summary>
    public const string Activity = "activity";

    /// <summary>What programs log (<see cref="LogRecord"/>), without keys.</summary>
    public const string Logs = "logs";

    /// <summary>How many partitions <see cref="Logs"/> gets.</summary>
    public const int LogPartitions = 3;

    /// <summary>How long <see cref="Logs"/> keeps a record.</summary>
    public static TimeSpan LogRetention { get; } = TimeSpan.FromDays(1);

    /// <summary>What Insights makes of orders: one record for each ticket of an order that has changed, keyed by ticket id.</summary>
    public const string InsightsSales = "insights.sales";

    /// <summary>Results of Insights: the numbers of a ticket in a window of time. Compacted.</summary>
    public const string InsightsWindows = "insights.windows";

    /// <summary>Results of Insights: all numbers of a ticket, with its title and its seller. Compacted.</summary>
    public const string InsightsTickets = "insights.tickets";

    /// <summary>The topics that only Insights writes to. The last ones are its state stores' changelogs, as Kafka Streams names them.</summary>
    public static IReadOnlyList<string> Insights { get; } =
    [
        InsightsSales, InsightsWindows, InsightsTickets,
        "insights-orders-changelog", "insights-sales-changelog", "insights-listings-changelog", "insights-totals-changelog",
    ];

    /// <summary>Every topic that carries events.</summary>
    public static IReadOnlyList<string> All { get; } = [Orders, Tickets, Payments, Expiration, Accounts];

    /// <summary>Every topic that services write to, but for the dead letters'.</summary>
    public static IReadOnlyList<string> AllWritten { get; } = [.. All, Activity, Logs];
}
