using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Insights;

/// <summary>Insights counts sales, as they happen.</summary>
public static class InsightsService
{
    /// <summary>The topics that the topology reads and that others write.</summary>
    public static IReadOnlyList<string> Sources { get; } = [Topics.Orders, Topics.Payments, Topics.Tickets];

    /// <summary>What the service is made of, but for its topology (<see cref="SalesTopology"/>). Every instance reads all results, so each can answer by itself.</summary>
    public static Service Value { get; } = new Service("insights")
        .Uses([.. Sources.Select(topic => new UsedTopic(topic)), .. Topics.Insights.Select(topic => new UsedTopic(topic, IsCompacted: topic != Topics.InsightsSales))])
        .OnEveryInstance<WindowCounted, InsightsView>((view, counted, _) => view.Take(counted))
        .OnEveryInstance<TicketCounted, InsightsView>((view, counted, _) => view.Take(counted))
        .HearsOfEndedSessions();
}
