using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Documents;

namespace Ticketing.Benchmarks.Runtime;

/// <summary>The document of the runtime's benchmark: what a replica keeps of an order.</summary>
internal sealed record FollowedOrder(string Id, OrderStatus Status, decimal Price, long Version)
{
    public static DocumentType<FollowedOrder> Documents { get; } = new("followed_orders", BenchmarkJson.Default.FollowedOrder);

    /// <summary>The decision that every contestant takes.</summary>
    /// <returns>The order as the event tells it; null if the event is not newer than what is known.</returns>
    public static FollowedOrder? Follow(FollowedOrder? order, OrderEvent @event) =>
        order?.Version >= @event.Version ? null : new(@event.OrderId, @event.Status, @event.Price, @event.Version);

    /// <summary>The one event that follows from each.</summary>
    public static PaymentCreated Answer(OrderEvent order) => new()
    {
        Id = order.Id,
        OrderId = order.OrderId,
        UserId = order.UserId,
        Amount = order.Price,
        Currency = order.Currency,
        Version = order.Version,
    };
}

[JsonSerializable(typeof(FollowedOrder))]
internal sealed partial class BenchmarkJson : JsonSerializerContext;
