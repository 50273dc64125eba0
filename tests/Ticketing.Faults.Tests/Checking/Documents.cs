using System.Text.Json.Serialization;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>An order, in the store of Orders.</summary>
public sealed record OrderDocument(
    string Id, string UserId, IReadOnlyList<LineOfOrder> Lines, decimal Price, string Status, DateTimeOffset ExpiresAt, long Version,
    bool IsProlonged = false, string? Dispute = null)
{
    public bool IsDead => Status is "cancelled" or "failed";

    public bool IsCompleted => Status == "completed";

    public bool IsLive => !IsDead && !IsCompleted;

    /// <summary>What goes back because seats were given back.</summary>
    public decimal Refund => Lines.Sum(line => line.Cancelled * line.UnitPrice);

    /// <summary>What of its money the shop may keep.</summary>
    public decimal Owed => IsCompleted ? Price - Refund : 0;

    /// <summary>The seats that it has not given back.</summary>
    public int KeptOf(string ticketId) => IsDead ? 0 : LineOf(ticketId)?.Kept ?? 0;

    public LineOfOrder? LineOf(string ticketId) => Lines.SingleOrDefault(line => line.TicketId == ticketId);
}

/// <summary>Seats of one ticket in an order.</summary>
public sealed record LineOfOrder(string TicketId, int Quantity, decimal UnitPrice, int Cancelled = 0)
{
    public int Kept => Quantity - Cancelled;
}

/// <summary>A ticket, in the store of Tickets.</summary>
public sealed record TicketDocument(
    string Id, string Title, decimal Price, int Quantity, int Held, int Sold, long Version,
    Dictionary<string, SeatsOfOrder> Holds, [property: JsonConverter(typeof(SalesConverter))] Dictionary<string, SeatsOfOrder> Sales,
    string State = "on_sale", DetailsOfTicket? Details = null, decimal Revenue = 0, IReadOnlyList<string>? Revoked = null)
{
    /// <summary>Who has seats. Nobody has some twice.</summary>
    public IEnumerable<KeyValuePair<string, SeatsOfOrder>> Seats => Holds.Concat(Sales);

    /// <summary>How many seats an order has.</summary>
    public int SeatsOf(string orderId) => Holds.GetValueOrDefault(orderId).Count + Sales.GetValueOrDefault(orderId).Count;
}

/// <summary>What a ticket's listing says besides.</summary>
public sealed record DetailsOfTicket(int? MaxPerBuyer = null);

/// <summary>What Orders knows of a ticket.</summary>
public sealed record ReplicaDocument(string Id, decimal Price, int Available, long Version);

/// <summary>What Payments knows of an order, and its payment.</summary>
public sealed record PaymentDocument(
    string OrderId, decimal Price, string OrderStatus, long OrderVersion, MoneyMoved? Payment = null, decimal Refund = 0)
{
    /// <summary>What has gone back; null without a payment.</summary>
    public decimal? AmountRefunded => Payment is null ? null : Payment.Refunded ?? (Payment.Status == "refunded" ? Price : 0);

    /// <summary>What was sent back and did not reach the buyer, refund by refund.</summary>
    public decimal AmountFailed => Payment?.MadeRefunds?.Where(refund => refund.Status == "failed").Sum(refund => refund.Amount) ?? 0;
}

/// <summary>The payment of an order.</summary>
public sealed record MoneyMoved(
    string Id, string Status, long Version, string? GatewayId = null, decimal? Refunded = null, DateTimeOffset? DueAt = null,
    IReadOnlyList<RefundMade>? MadeRefunds = null, string? RefundFailure = null, IReadOnlyList<DisputeKnown>? Disputes = null,
    IReadOnlyList<string>? Strays = null)
{
    /// <summary>What became of the latest dispute; empty if there is none.</summary>
    public string Dispute => Disputes is [.., var last] ? last.State : "";

    /// <summary>The money was captured, whatever became of it.</summary>
    public bool IsCaptured => Status is not ("processing" or "requires_action" or "failed");

    /// <summary>Whether more may have to go back than went back, and why: a refund failed, or the bank has not decided, or has taken the money.</summary>
    public bool ExplainsMissing => (Status == "refund_failed" && RefundFailure is { Length: > 0 }) || Dispute is "disputed" or "dispute_lost";
}

/// <summary>A refund, as Payments has it; without the gateway's name if the gateway made none.</summary>
public sealed record RefundMade(decimal Amount, string Status, string? Key = null, string? GatewayId = null);

/// <summary>A dispute, as Payments has it.</summary>
public sealed record DisputeKnown(string GatewayId, decimal Amount, string State);

/// <summary>An event that Stripe told.</summary>
public sealed record NewsDocument(string Id, string Type, string IntentId, string? Outcome = null, DateTimeOffset? DueAt = null);

/// <summary>The timer of an order.</summary>
public sealed record TimerDocument(string OrderId, string Status, int Firings = 0);

/// <summary>What a user was told, in the store of Notifications.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Next">The number of the next notification.</param>
/// <param name="Items">The newest ones.</param>
/// <param name="Email">Where mails go.</param>
/// <param name="IsDeleted">Whether the account is deleted.</param>
public sealed record InboxDocument(string UserId, int Next, IReadOnlyList<ToldNotification> Items, string? Email = null, bool IsDeleted = false);

/// <summary>One thing that a user was told.</summary>
public sealed record ToldNotification(
    int Number, string Kind, DateTimeOffset At, string? OrderId = null, string? TicketId = null, decimal? Amount = null, int? AttemptsLeft = null,
    string? Dispute = null, int? Seats = null);
