using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Documents;

namespace Ticketing.Orders;

/// <summary>An order and its fate, of which this service is the only authority.</summary>
public sealed partial record Order
{
    private static readonly TimeSpan ExpirationPatience = TimeSpan.FromSeconds(5);

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The buyer.</summary>
    public required string UserId { get; init; }

    /// <summary>The ticket of the first line.</summary>
    public required string TicketId { get; init; }

    /// <summary>How many seats of <see cref="TicketId"/>.</summary>
    public required int Quantity { get; init; }

    /// <summary>What is ordered, in the buyer's order. An order that was stored before there were lines is for one ticket.</summary>
    public IReadOnlyList<OrderLine> Lines
    {
        get => field ?? [new() { TicketId = TicketId, Quantity = Quantity, UnitPrice = Price / Quantity }];
        init;
    }

    /// <summary>The tickets whose seats are reserved, while those of others are not yet.</summary>
    public IReadOnlyList<string>? HeldTickets { get; init; }

    /// <summary>The total that the buyer saw, and will be charged.</summary>
    public required decimal Price { get; init; }

    /// <summary>The part of it that goes back because seats were given back.</summary>
    [JsonIgnore]
    public decimal Refund => Lines.Sum(line => line.Cancelled * line.UnitPrice);

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Where it stands.</summary>
    public required OrderStatus Status { get; init; }

    /// <summary>Why it ended, if it did.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it would have been refused, by what Orders knew when it was placed. Its caller is told so if Tickets refuses it, however often it calls.</summary>
    public string? Doubt { get; init; }

    /// <summary>When it was placed: always later than the buyer's earlier orders. Null if it was stored before Orders kept that.</summary>
    public DateTimeOffset? PlacedAt { get; init; }

    /// <summary>When the hold ends, as it was told.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>A payment is under way that may be answered after the hold, which is prolonged until then if need be.</summary>
    public DateTimeOffset? PayingUntil { get; init; }

    /// <summary>The version of that payment.</summary>
    public long PaymentVersion { get; init; }

    /// <summary>The hold was prolonged for a payment: it is over when that is declined.</summary>
    public bool IsProlonged { get; init; }

    /// <summary>What became of the buyer's dispute with the bank over its payment; null if there is none.</summary>
    public DisputeState? Dispute { get; init; }

    /// <summary>The version of the payment that said so first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long DisputeVersion { get; init; }

    /// <summary>From 1, one more with each change.</summary>
    public required long Version { get; init; }

    /// <summary>The trace that it was placed in, and stays in.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>A dead order never comes back.</summary>
    [JsonIgnore]
    public bool IsDead => Status is OrderStatus.Cancelled or OrderStatus.Failed;

    /// <summary>It waits for its seats or its payment.</summary>
    [JsonIgnore]
    public bool IsOpen => Status is OrderStatus.Created or OrderStatus.PendingPayment;

    /// <summary>The key of <c>by_user</c>: a buyer's orders in the order in which they were placed.</summary>
    [JsonIgnore]
    public string UserKey => $"{UserId} {IndexQuery.Key(PlacedAt ?? ExpiresAt)}";

    /// <summary>The key of <c>open</c>: a buyer's unpaid orders in the order in which their holds end; null if it is not one of them.</summary>
    [JsonIgnore]
    public string? OpenKey => IsOpen ? OpenKeyOf(UserId, ExpiresAt) : null;

    /// <summary>When Orders ends the hold by itself, if Expiration has not.</summary>
    [JsonIgnore]
    public DateTimeOffset OverdueAt => ExpiresAt + ExpirationPatience;

    /// <summary>Orders by buyer, and those that are unpaid by buyer and by when they are overdue.</summary>
    public static DocumentType<Order> Documents { get; } = new(
        "orders", OrdersJson.Default.Order, new DocumentIndex<Order>("by_user", order => order.UserKey),
        new DocumentIndex<Order>("open", order => order.OpenKey),
        new DocumentIndex<Order>("overdue", order => order.IsOpen ? IndexQuery.Key(order.OverdueAt) : null))
    {
        Trace = new(order => order.Trace, (order, trace) => order with { Trace = trace }),
    };

    /// <summary>At most so many of a buyer's unpaid orders, those first whose holds end first. One whose hold should have ended does not count.</summary>
    public static IndexQuery Open(string userId, DateTimeOffset now, int limit) => new("open", OpenKeyOf(userId, now), $"{userId} ~", limit);

    private static string OpenKeyOf(string userId, DateTimeOffset time) => $"{userId} {IndexQuery.Key(time)}";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(TicketReplica))]
internal sealed partial class OrdersJson : JsonSerializerContext;
