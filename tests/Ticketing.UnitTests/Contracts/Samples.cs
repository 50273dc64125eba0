using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.UnitTests.Contracts;

/// <summary>What each golden file says: one event of each type as it was first published, and what came later.</summary>
internal static class Samples
{
    private const string Ticket = "019503b1-0000-7000-8000-000000000001";
    private const string Order = "019503b1-0000-7000-8000-000000000002";
    private const string Payment = "019503b1-0000-7000-8000-000000000003";
    private const string Buyer = "019503b1-0000-7000-8000-000000000004";
    private const string OtherTicket = "019503b1-0000-7000-8000-000000000006";
    private const string Seller = "019503b1-0000-7000-8000-000000000005";

    private static readonly DateTimeOffset Noon = new(2025, 2, 13, 12, 0, 0, TimeSpan.Zero);

    private static readonly IEvent[] First =
    [
        new TicketCreated
        {
            Id = Ticket, Title = "Front row, Köln", Price = 299.5m, Currency = "EUR", Quantity = 2, UserId = Seller, Version = 1,
        },
        new TicketUpdated
        {
            Id = Ticket, Title = "Front row", Price = 299, Currency = "USD", Quantity = 10, Held = 2, Sold = 3, UserId = Seller,
            Version = 6,
        },
        new TicketReserved { Id = Ticket, OrderId = Order, Quantity = 2, Version = 6 },
        new TicketRejected { Id = Ticket, OrderId = Order, Reason = "sold_out", Version = 6 },
        new TicketRevoked { Id = Ticket, OrderId = Order, Version = 9 },
        new TicketLowStock { Id = Ticket, TicketId = Ticket, Title = "Front row, Köln", UserId = Seller, Available = 1, Threshold = 1, Version = 7 },
        new TicketSoldOut { Id = Ticket, TicketId = Ticket, Title = "Front row, Köln", UserId = Seller, Quantity = 10, Version = 8 },
        Of<OrderCreated>(1, OrderStatus.Created),
        // In another time zone: the wire always says UTC, to the tick.
        Of<OrderPending>(2, OrderStatus.PendingPayment) with { ExpiresAt = Noon.AddTicks(1_234_567).ToOffset(TimeSpan.FromHours(1)) },
        Of<OrderCompleted>(3, OrderStatus.Completed) with { Quantity = 2, Price = 598 },
        Of<OrderCancelled>(3, OrderStatus.Cancelled) with { Reason = "expired" },
        Of<OrderFailed>(3, OrderStatus.Failed) with { Reason = "card_declined" },
        Of<PaymentCreated>(1),
        Of<PaymentSucceeded>(2) with { PaymentId = "ch_1", Amount = 0.01m },
        Of<PaymentFailed>(2) with { PaymentId = "ch_1", Reason = "card_declined" },
        Of<PaymentPartiallyRefunded>(3) with { PaymentId = "ch_1", Refunded = 99.5m },
        Of<PaymentRefunded>(3) with { PaymentId = "ch_1" },
        Of<PaymentRequiresAction>(2) with { PaymentId = "pi_1" },
        Of<PaymentRefundFailed>(4) with { PaymentId = "pi_1", Refunded = 99.5m, Reason = "lost_or_stolen_card" },
        Of<PaymentDisputed>(3) with { PaymentId = "pi_1", Refunded = 99.5m, Dispute = DisputeState.Disputed },
        new ExpirationExpired { Id = Order, OrderId = Order, TicketId = Ticket, Version = 1 },
    ];

    public static IReadOnlyDictionary<string, IEvent> All { get; } = new Dictionary<string, IEvent>(First.Select(sample => KeyValuePair.Create(sample.Type.Name, sample)))
    {
        ["order.created.lines"] = Of<OrderCreated>(1, OrderStatus.Created) with
        {
            Lines =
            [
                new() { TicketId = Ticket, Quantity = 1, UnitPrice = 299, Title = "Front row" },
                new() { TicketId = OtherTicket, Quantity = 2, UnitPrice = 0.5m },
            ],
            Price = 300,
        },
        ["order.created.sellers"] = Of<OrderCreated>(1, OrderStatus.Created) with
        {
            Lines = [new() { TicketId = Ticket, Quantity = 1, UnitPrice = 299, Title = "Front row", RefundableUntil = Noon.AddDays(7), SellerId = Seller }],
        },
        ["payment.refund_failed.sellers"] = Of<PaymentRefundFailed>(6) with
        {
            PaymentId = "pi_1",
            Refunded = 99.5m,
            Failed = 399,
            SellerIds = [Seller, Buyer],
            Reason = "lost_or_stolen_card",
        },
        ["payment.created.answerBy"] = Of<PaymentCreated>(1) with { AnswerBy = Noon },
        ["payment.failed.attemptsLeft"] = Of<PaymentFailed>(2) with { PaymentId = "ch_1", Reason = "card_declined", AttemptsLeft = 4 },
        ["expiration.expired.lines"] = new ExpirationExpired { Id = Order, OrderId = Order, TicketId = Ticket, TicketIds = [Ticket, OtherTicket], Version = 1 },
        ["ticket.created.details"] = new TicketCreated
        {
            Id = Ticket,
            Title = "Open air",
            Price = 0,
            Currency = "EUR",
            Quantity = 200,
            UserId = Seller,
            // In another time zone: the wire always says UTC.
            StartsAt = Noon.AddDays(30).ToOffset(TimeSpan.FromHours(1)),
            Venue = "Rheinaue, Bonn",
            SalesFrom = Noon,
            SalesUntil = Noon.AddDays(29),
            LowStockAt = 20,
            RefundableUntil = Noon.AddDays(7).AddTicks(1_234_567),
            Version = 1,
        },
        ["ticket.created.limit"] = new TicketCreated
        {
            Id = Ticket,
            Title = "Front row",
            Price = 299,
            Currency = "USD",
            Quantity = 10,
            UserId = Seller,
            MaxPerBuyer = 4,
            Version = 1,
        },
        ["ticket.updated.refill"] = OfState(SaleState.OnSale, 7) with { Quantity = 30, Refill = new() { Below = 5, Amount = 20, UpTo = 50, Released = 20 } },
        ["ticket.updated.paused"] = OfState(SaleState.Paused, 7),
        ["ticket.updated.withdrawn"] = OfState(SaleState.Withdrawn, 8),
        ["ticket.updated.cancelled"] = OfState(SaleState.Cancelled, 9),
        ["ticket.rejected.not_on_sale"] = new TicketRejected { Id = Ticket, OrderId = Order, Reason = "not_on_sale", Version = 8 },
        ["ticket.rejected.limit_per_buyer"] = new TicketRejected { Id = Ticket, OrderId = Order, Reason = "limit_per_buyer", Version = 8 },
        ["order.completed.cancelled"] = Of<OrderCompleted>(4, OrderStatus.Completed) with
        {
            Quantity = 2,
            Lines =
            [
                new() { TicketId = Ticket, Quantity = 2, UnitPrice = 299, Cancelled = 1, Title = "Front row", RefundableUntil = Noon.AddDays(7) },
                new() { TicketId = OtherTicket, Quantity = 2, UnitPrice = 0.5m, Cancelled = 2 },
            ],
            Price = 599,
            Refund = 300,
        },
        ["order.cancelled.seller"] = Of<OrderCancelled>(4, OrderStatus.Cancelled) with { Reason = "seller_cancelled" },
        ["account.created"] = new AccountCreated { Id = Buyer, Version = 1, Email = "ann@xn--kln-sna.example" },
        ["account.updated.email"] = new AccountUpdated
        {
            Id = Buyer,
            Version = 3,
            Email = "ann@xn--kln-sna.example",
            EmailVerified = true,
            SessionEpoch = 1,
            EndedSessions = ["0197a2b4c5d60011"],
        },
        ["account.updated"] = new AccountUpdated { Id = Buyer, Version = 3, SessionEpoch = 1, EndedSessions = ["0197a2b4c5d60011"] },
        ["account.deleted"] = new AccountDeleted { Id = Buyer, Version = 4, SessionEpoch = 2 },
        ["order.completed.disputed"] = Of<OrderCompleted>(4, OrderStatus.Completed) with { Dispute = DisputeState.Lost },
        ["payment.refunded.disputed"] = Of<PaymentRefunded>(4) with { PaymentId = "pi_1", Dispute = DisputeState.Won },
        ["order.completed.free"] = Of<OrderCompleted>(2, OrderStatus.Completed) with { Price = 0 },
    };

    private static TicketUpdated OfState(SaleState state, long version) => new()
    {
        Id = Ticket,
        Title = "Front row",
        Price = 299,
        Currency = "USD",
        Quantity = 10,
        Held = 2,
        Sold = 3,
        UserId = Seller,
        State = state,
        Version = version,
    };

    private static T Of<T>(long version, OrderStatus status)
        where T : OrderEvent, new() => new()
        {
            Id = Order,
            OrderId = Order,
            UserId = Buyer,
            TicketId = Ticket,
            Quantity = 1,
            Price = 299,
            Currency = "USD",
            Status = status,
            ExpiresAt = Noon,
            Version = version,
        };

    private static T Of<T>(long version)
        where T : PaymentEvent, new() =>
        new() { Id = Payment, OrderId = Order, UserId = Buyer, Amount = 299, Currency = "USD", Version = version };
}
