using System.Text.Json.Serialization;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>An order, in the store of Orders.</summary>
public sealed record OrderDocument(
    string Id, IReadOnlyList<LineOfOrder> Lines, decimal Price, string Status, DateTimeOffset ExpiresAt, long Version, bool IsProlonged = false)
{
    public bool IsDead => Status is "cancelled" or "failed";

    public bool IsCompleted => Status == "completed";

    public bool IsLive => !IsDead && !IsCompleted;
}

/// <summary>Seats of one ticket in an order.</summary>
public sealed record LineOfOrder(string TicketId, int Quantity, decimal UnitPrice);

/// <summary>A ticket, in the store of Tickets.</summary>
public sealed record TicketDocument(
    string Id, string Title, decimal Price, int Quantity, int Held, int Sold, long Version,
    Dictionary<string, int> Holds, [property: JsonConverter(typeof(SalesConverter))] Dictionary<string, int> Sales)
{
    /// <summary>Whether an order has seats.</summary>
    public bool HasSeats(string orderId) => Holds.ContainsKey(orderId) || Sales.ContainsKey(orderId);
}

/// <summary>What Orders knows of a ticket.</summary>
public sealed record ReplicaDocument(string Id, decimal Price, int Available, long Version);

/// <summary>What Payments knows of an order, and its payment.</summary>
public sealed record PaymentDocument(string OrderId, decimal Price, string OrderStatus, long OrderVersion, MoneyMoved? Payment = null);

/// <summary>The payment of an order.</summary>
public sealed record MoneyMoved(string Id, string Status, long Version, string? GatewayId = null, IReadOnlyList<object>? Declined = null)
{
    /// <summary>The keys of all attempts' charges.</summary>
    public IEnumerable<string> ChargeKeys => Enumerable.Range(1, 1 + (Declined?.Count ?? 0)).Select(attempt => attempt == 1 ? Id : $"{Id}/{attempt}");
}

/// <summary>The timer of an order.</summary>
public sealed record TimerDocument(string OrderId, string Status, int Firings = 0);
