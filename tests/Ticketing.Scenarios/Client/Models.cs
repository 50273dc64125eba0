namespace Ticketing.Scenarios.Client;

/// <summary>A user who has just signed up or in.</summary>
public sealed record Session(string Id, string Email, string AccessToken, string TokenType, int ExpiresIn, string RefreshToken, IReadOnlyList<string> Roles);

/// <summary>A user as it sees itself.</summary>
public sealed record User(string Id, string Email, IReadOnlyList<string> Roles);

/// <summary>A ticket as callers see it; the last four only its seller.</summary>
public sealed record Ticket(
    string Id, string Title, decimal Price, string Currency, int Quantity, int Available, string UserId, long Version, string State = Ticket.OnSale,
    DateTimeOffset? StartsAt = null, string? Venue = null, DateTimeOffset? SalesFrom = null, DateTimeOffset? SalesUntil = null,
    int? LowStockAt = null, bool? LowStock = null, int? MaxPerBuyer = null, DateTimeOffset? RefundableUntil = null, int? Held = null, int? Sold = null, decimal? Revenue = null,
    Refill? Refill = null)
{
    public const string OnSale = "on_sale";
    public const string Paused = "paused";
    public const string Withdrawn = "withdrawn";
    public const string Cancelled = "cancelled";
}

/// <summary>Seats that a seller holds back, and how many of them have been added to those for sale.</summary>
public sealed record Refill(int Below, int Amount, int UpTo, int Released);

/// <summary>An order as the seller of one of its tickets sees it.</summary>
public sealed record TicketOrder(
    string OrderId, int Quantity, string Currency, string Status, bool Refunding, string? UserId = null, decimal? UnitPrice = null, decimal? Total = null,
    string? Dispute = null, bool Blocked = false);

/// <summary>An order as its buyer sees it.</summary>
public sealed record Order(
    string Id, string UserId, string TicketId, int Quantity, Items<OrderLine> Lines, decimal Price, string Currency, string Status, DateTimeOffset ExpiresAt,
    long Version, DateTimeOffset? PlacedAt = null, string? Reason = null, decimal Refund = 0, string? Dispute = null)
{
    public const string Created = "created";
    public const string PendingPayment = "pending_payment";
    public const string Completed = "completed";
    public const string Cancelled = "cancelled";
    public const string Failed = "failed";

    /// <summary>A dead order never comes back.</summary>
    public bool IsDead => Status is Cancelled or Failed;
}

/// <summary>Seats of one ticket in an order.</summary>
public sealed record OrderLine(string TicketId, int Quantity, decimal UnitPrice, decimal Total, string? Title = null, int Cancelled = 0,
    DateTimeOffset? RefundableUntil = null);

/// <summary>A list in an answer. Equal if all of its items are.</summary>
public sealed class Items<T> : List<T>, IEquatable<Items<T>>
{
    public bool Equals(Items<T>? other) => other is not null && this.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as Items<T>);

    public override int GetHashCode() => Count;
}

/// <summary>A payment as its payer sees it.</summary>
public sealed record Payment(
    string Id, string OrderId, string Status, Items<Attempt> Attempts, Items<Refund> Refunds, Items<Dispute> Disputes, string? PaymentId = null,
    string? Reason = null, int? AttemptsLeft = null, decimal Amount = 0, string? Currency = null, decimal Refunded = 0, string? ClientSecret = null,
    NextAction? NextAction = null, string? Dispute = null);

/// <summary>What a buyer has to do before a payment goes on.</summary>
public sealed record NextAction(string Type, Uri? Url = null);

/// <summary>An attempt to pay.</summary>
public sealed record Attempt(
    string PaymentMethod, string Status, string? Reason = null, DateTimeOffset? StartedAt = null, DateTimeOffset? DecidedAt = null);

/// <summary>A refund of a payment or of a part of it.</summary>
public sealed record Refund(decimal Amount, string Status, DateTimeOffset At, string? Id = null, string? Reason = null);

/// <summary>A dispute of a payment at the bank.</summary>
public sealed record Dispute(string Id, decimal Amount, string State, DateTimeOffset OpenedAt, string? Reason = null, DateTimeOffset? ClosedAt = null);

/// <summary>What a user is told.</summary>
public sealed record Notification(int Number, string Kind, DateTimeOffset At, string Title, string Text, bool Read, string? OrderId = null, string? TicketId = null);

/// <summary>A page of what a user is told.</summary>
public sealed record NotificationPage(int Unread, Items<Notification> Items);
