using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Documents;

namespace Ticketing.Benchmarks.Runtime;

/// <summary>The document of the runtime's benchmark: what a replica keeps of an order.</summary>
internal sealed record FollowedOrder(string Id, OrderStatus Status, decimal Price, long Version)
{
    public static DocumentType<FollowedOrder> Documents { get; } = new("followed_orders", BenchmarkJson.Default.FollowedOrder);
}

[JsonSerializable(typeof(FollowedOrder))]
internal sealed partial class BenchmarkJson : JsonSerializerContext;
