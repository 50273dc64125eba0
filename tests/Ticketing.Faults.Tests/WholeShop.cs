using Ticketing.Messaging;
using Ticketing.Notifications;

namespace Ticketing.Faults.Tests;

/// <summary>The services that consume events: those that an order goes through, and the one that tells its people.</summary>
internal static class WholeShop
{
    public static IReadOnlyList<Service> Services { get; } = [.. TheShop.Services, NotificationsService.Value];

    /// <summary>The topics that they publish to.</summary>
    public static IReadOnlyList<string> Topics { get; } = [.. Services.SelectMany(service => service.PublishedTopics)];

    /// <summary>Every consumer group with the one topic that it consumes.</summary>
    public static IReadOnlyList<(string Group, string Topic)> Groups { get; } = [.. Services.SelectMany(service => service.Groups)];
}
