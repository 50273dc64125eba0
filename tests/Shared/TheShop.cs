using Ticketing.Expiration;
using Ticketing.Messaging;
using Ticketing.Orders;
using Ticketing.Payments;
using Ticketing.Tickets;

namespace Ticketing;

/// <summary>The services that an order goes through, as they are.</summary>
internal static class TheShop
{
    public static IReadOnlyList<Service> Services { get; } = [TicketsService.Value, OrdersService.Value, PaymentsService.Value, ExpirationService.Value];

    /// <summary>The topics that they tell each other on.</summary>
    public static IReadOnlyList<string> Topics { get; } = [.. Services.SelectMany(service => service.PublishedTopics)];

    /// <summary>Every consumer group with the one topic that it consumes.</summary>
    public static IReadOnlyList<(string Group, string Topic)> Groups { get; } = [.. Services.SelectMany(service => service.Groups)];
}
