using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>
/// What a small run leaves behind if nothing goes wrong: one order is paid and completed, one is cancelled after it was paid and gets its
/// money back, one expires.
/// </summary>
internal static class SampleShop
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static SampleLog Log() => new SampleLog()
        .Ticket(1, 0, 0)
        .Order("paid", "created", 1, 1, 10).Ticket(2, 1, 0).Reserved("paid", 2).Order("paid", "pending_payment", 2, 1, 10)
        .Payment("paid", "created", 1, 10).Payment("paid", "succeeded", 2, 10).Order("paid", "completed", 3, 1, 10).Ticket(3, 0, 1)
        .Order("back", "created", 1, 1, 10).Ticket(4, 1, 1).Reserved("back", 4).LowStock(4).Order("back", "pending_payment", 2, 1, 10)
        .Payment("back", "created", 1, 10).Order("back", "cancelled", 3, 1, 10).Payment("back", "succeeded", 2, 10).Ticket(5, 0, 1)
        .Payment("back", "refunded", 3, 10)
        .Order("late", "created", 1, 1, 10).Ticket(6, 1, 1).Reserved("late", 6).LowStock(6).Order("late", "pending_payment", 2, 1, 10)
        .Expired("late").Order("late", "cancelled", 3, 1, 10, reason: "expired").Ticket(7, 0, 1)
        .Account("buyer", "created", 1, "buyer@shop.example").Account("buyer", "updated", 2, "buyer@shop.example")
        .Account("left", "created", 1, "left@shop.example").Account("left", "deleted", 2).Account("left", "deleted", 2)
        .Poison("orders").Poison("tickets");

    public static Snapshot Clean() => Of(Log());

    /// <summary>The same with an order that costs nothing: nobody pays for it.</summary>
    public static Snapshot WithFreeOrder()
    {
        var clean = Of(Log().Order("free", "created", 1, 1, 0).Ticket(8, 1, 1).Reserved("free", 8).LowStock(8).Order("free", "completed", 2, 1, 0).Ticket(9, 0, 2))
            .Change("tickets", "tickets", "ticket", ticket => (ticket["sold"], ticket["sales"], ticket["version"]) = (2, "=paid =free", 9))
            .Change("orders", "tickets", "ticket", replica => (replica["available"], replica["version"]) = (1, 9));
        var free = clean with { Documents = [.. clean.Documents, Order("free", "completed"), Payment("free", "completed", null), Timer("free", "Cleared")] };
        return free
            .Change("orders", "orders", "free", order => (order["price"], order["version"]) = (0m, 2))
            .Change("payments", "payments", "free", payment => (payment["price"], payment["orderVersion"]) = (0m, 2))
            .Told("buyer", "order_received", "free").Told("buyer", "order_approved", "free").Told("seller", "ticket_low_stock", ticketId: "ticket");
    }

    /// <summary>The same with two disputed orders: the completed one, whose seats its seller has blocked, and a dead one, of which Payments takes no notice.</summary>
    public static Snapshot WithDisputes() => Of(Log()
            .Payment("paid", "disputed", 3, 10, dispute: "disputed").Order("paid", "completed", 4, 1, 10, "disputed")
            .Payment("back", "disputed", 4, 10, 10, "dispute_lost").Order("back", "cancelled", 4, 1, 10, "dispute_lost"))
        .Change("orders", "orders", "paid", order => (order["version"], order["dispute"]) = (4, "disputed"))
        .Change("orders", "orders", "back", order => (order["version"], order["dispute"]) = (4, "dispute_lost"))
        .Change("payments", "payments", "paid", payment => (payment["orderVersion"], payment["payment"]!["version"], payment["payment"]!["disputes"]) = (4, 3, Known("paid", "disputed")))
        .Change("payments", "payments", "back", payment => (payment["payment"]!["version"], payment["payment"]!["disputes"]) = (4, Known("back", "dispute_lost")))
        .Change("tickets", "tickets", "ticket", ticket => ticket["sales"] = "=paid!d4#")
        .At(books => books with { Disputes = [new("dp_paid", "pi_paid", 1000, "needs_response"), new("dp_back", "pi_back", 1000, "lost")] })
        .Told("buyer", "payment_disputed", "paid").Told("buyer", "payment_disputed", "back");

    /// <summary>The same, where the bank has decided that the completed order's money goes back to the buyer.</summary>
    public static Snapshot WithLostDispute() => Of(Log()
            .Payment("paid", "disputed", 3, 10, dispute: "disputed").Order("paid", "completed", 4, 1, 10, "disputed")
            .Payment("paid", "disputed", 4, 10, dispute: "dispute_lost").Order("paid", "completed", 5, 1, 10, "dispute_lost"))
        .Change("orders", "orders", "paid", order => (order["version"], order["dispute"]) = (5, "dispute_lost"))
        .Change("payments", "payments", "paid", payment => (payment["orderVersion"], payment["payment"]!["version"], payment["payment"]!["disputes"]) = (5, 4, Known("paid", "dispute_lost")))
        .Change("tickets", "tickets", "ticket", ticket => ticket["sales"] = "=paid!l5")
        .At(books => books with { Disputes = [new("dp_paid", "pi_paid", 1000, "lost")] })
        .Told("buyer", "payment_disputed", "paid").Told("buyer", "payment_disputed", "paid");

    /// <summary>The same, where the money of the cancelled order came back from a card that takes no refunds.</summary>
    public static Snapshot WithFailedRefund(Func<SampleLog, SampleLog>? also = null)
    {
        var log = Log().Payment("back", "refund_failed", 4, 10, failed: 10);
        return Of(also is null ? log : also(log)).Told("seller", "refund_failed", "back", amount: 10)
            .Change("payments", "payments", "back", document => document["payment"] = JsonSerializer.SerializeToNode(new
            {
                id = "payment-back",
                status = "refund_failed",
                version = 4,
                gatewayId = "pi_back",
                refunded = 0m,
                refundFailure = "expired_or_canceled_card",
                madeRefunds = new[] { Made("back", 10, status: "failed") },
            }))
            .At(books => books with { Intents = [Intent("paid"), Intent("back", card: "pm_card_refundFail")], Refunds = [Refund("back", 10, status: "failed")] });
    }

    /// <summary>The same, where the refund was on its way for a while.</summary>
    public static Snapshot WithSlowRefund(string card = "pm_card_pendingRefund") => Of(Log().Payment("back", "refunded", 4, 10, 10))
        .Change("payments", "payments", "back", payment => payment["payment"]!["version"] = 4)
        .At(books => books with { Intents = [Intent("paid"), Intent("back", card: card)] });

    /// <summary>The same with other books of Stripe's.</summary>
    public static Snapshot At(this Snapshot snapshot, Func<StripeBooks, StripeBooks> change) => snapshot with { Stripe = change(snapshot.Stripe) };

    /// <summary>
    /// The same with an order of which one seat was given back, and then two, as their ticket was cancelled. Seats are stored as they are since Tickets keeps
    /// their buyers and prices.
    /// </summary>
    public static Snapshot WithGivenSeats(Func<SampleLog, SampleLog>? also = null)
    {
        var log = Log().Ticket(1, 0, 0, "other").Ticket(1, 0, 0, "gone")
            .Order("part", "created", 1, ("other", 3, 0), ("gone", 2, 0))
            .Ticket(2, 3, 0, "other").Reserved("part", 2, "other", 3).SoldOut(2, "other")
            .Ticket(2, 2, 0, "gone").Reserved("part", 2, "gone", 2).LowStock(2, "gone")
            .Order("part", "pending_payment", 2, ("other", 3, 0), ("gone", 2, 0)).Payment("part", "created", 1, 50).Payment("part", "succeeded", 2, 50)
            .Order("part", "completed", 3, ("other", 3, 0), ("gone", 2, 0)).Ticket(3, 0, 3, "other").Ticket(3, 0, 2, "gone")
            .Order("part", "completed", 4, ("other", 3, 1), ("gone", 2, 0)).Ticket(4, 0, 2, "other").Payment("part", "partially_refunded", 3, 50, 10)
            .Ticket(4, 0, 2, "gone", "cancelled").Revoked("part", 4, "gone").Order("part", "completed", 5, ("other", 3, 1), ("gone", 2, 2))
            .Ticket(5, 0, 0, "gone", "cancelled").Payment("part", "partially_refunded", 4, 50, 30);
        var clean = Of(also is null ? log : also(log));
        var given = clean with
        {
            Documents =
            [
                .. clean.Documents,
                Document("orders", "orders", "part", new
                {
                    id = "part",
                    userId = "buyer",
                    lines = new[]
                    {
                        new { ticketId = "other", quantity = 3, unitPrice = 10m, cancelled = 1 }, new { ticketId = "gone", quantity = 2, unitPrice = 10m, cancelled = 2 },
                    },
                    price = 50m,
                    status = "completed",
                    expiresAt = Noon,
                    version = 5,
                }),
                Document("payments", "payments", "part", new
                {
                    orderId = "part",
                    price = 50m,
                    orderStatus = "completed",
                    orderVersion = 5,
                    refund = 30m,
                    payment = new
                    {
                        id = "payment-part",
                        status = "partially_refunded",
                        version = 4,
                        gatewayId = "pi_part",
                        refunded = 30m,
                        madeRefunds = new[] { Made("part", 10), Made("part", 20, 2) },
                    },
                }),
                Timer("part", "Cleared"),
                Document("orders", "tickets", "other", new { id = "other", price = 10m, available = 1, version = 4 }),
                Document("orders", "tickets", "gone", new { id = "gone", price = 10m, available = 3, version = 5 }),
                Ticket("other", 4, 2, "=part*2@=buyer$10", "on_sale"), Ticket("gone", 5, 0, "", "cancelled"),
            ],
            Stripe = new([.. clean.Stripe.Intents, Intent("part", 50)], [.. clean.Stripe.Refunds, Refund("part", 10), Refund("part", 20, 2)], []),
            GivenBack = [new("part", "other", 2), new("part", "gone", 0)],
        };
        return given.Told("buyer", "order_received", "part").Told("buyer", "order_approved", "part")
            .Told("buyer", "payment_refunded", "part", amount: 10).Told("buyer", "payment_refunded", "part", amount: 20)
            .Told("seller", "ticket_sold_out", ticketId: "other").Told("seller", "ticket_first_sale", ticketId: "other")
            .Told("seller", "ticket_low_stock", ticketId: "gone").Told("seller", "ticket_first_sale", ticketId: "gone");
    }

    public static Snapshot Of(SampleLog log) => Before(log)
        .Told("buyer", "order_received", "paid").Told("buyer", "order_approved", "paid")
        .Told("buyer", "order_received", "back").Told("buyer", "order_cancelled", "back").Told("buyer", "payment_refunded", "back", amount: 10)
        .Told("buyer", "order_received", "late").Told("buyer", "order_expiring", "late").Told("buyer", "order_expired", "late")
        .Told("seller", "ticket_first_sale", ticketId: "ticket").Told("seller", "ticket_low_stock", ticketId: "ticket").Told("seller", "ticket_low_stock", ticketId: "ticket");

    /// <summary>The same with another notification and its mail.</summary>
    public static Snapshot Told(this Snapshot snapshot, string userId, string kind, string? orderId = null, string? ticketId = null, decimal? amount = null, int? attemptsLeft = null)
    {
        var mails = snapshot.Mails;
        return snapshot.Change("notifications", "inboxes", userId, inbox =>
        {
            var number = (int)inbox["next"]!;
            inbox["next"] = number + 1;
            inbox["items"]!.AsArray().Add(JsonSerializer.SerializeToNode(new { number, kind, at = Noon, orderId, ticketId, amount, attemptsLeft }));
            if (inbox["email"] is { } email)
                mails = [.. mails, new($"{userId}.{number}@ticketing.example", (string)email!, Noon)];
        }) with
        { Mails = mails };
    }

    private static Snapshot Before(SampleLog log) => new(
        Noon.AddHours(1), log.Records,
        [
            Order("paid", "completed"), Order("back", "cancelled"), Order("late", "cancelled"),
            Document("orders", "tickets", "ticket", new { id = "ticket", price = 10m, available = 2, version = 7 }),
            Document("tickets", "tickets", "ticket", new
            {
                id = "ticket",
                title = "Concert",
                price = 10m,
                quantity = 3,
                held = 0,
                sold = 1,
                version = 7,
                holds = new { },
                sales = "=paid",
            }),
            Payment("paid", "completed", new { id = "payment-paid", status = "succeeded", version = 2, gatewayId = "pi_paid" }),
            Payment("back", "cancelled", new
            {
                id = "payment-back",
                status = "refunded",
                version = 3,
                gatewayId = "pi_back",
                refunded = 10m,
                madeRefunds = new[] { Made("back", 10) },
            }),
            Payment("late", "cancelled", null),
            Timer("paid", "Cleared"), Timer("back", "Cleared"), Timer("late", "Fired"),
            Inbox("buyer", "buyer@shop.example"), Inbox("seller"), Inbox("left", isDeleted: true),
        ],
        ["paid", "back", "late"],
        [.. WholeShop.Groups.Select(group =>
            {
                var end = log.Records.Count(record => record.Topic == group.Topic);
                return new GroupPosition(group.Group, group.Topic, 0, end, 0, end);
            })],
        new([Intent("paid"), Intent("back"), Intent("late", status: "canceled")], [Refund("back", 10)], []), [])
    {
        People = [new("buyer", "buyer@shop.example", false), new("left", "left@shop.example", true)],
    };

    /// <summary>The same, seen at its end: everything is committed and written.</summary>
    public static Snapshot Seen(this Snapshot snapshot) =>
        snapshot with { Glances = [new(snapshot.Positions, snapshot.Documents)] };

    /// <summary>The same after a topic lost its log: the last state of each aggregate was told again, and is all that there is now.</summary>
    public static Snapshot Lose(this Snapshot snapshot, string topic)
    {
        var (lost, number) = (snapshot.Log.Where(record => record.Topic == topic).ToList(), 1 + snapshot.Lost.Count(before => before.Topic == topic));
        var told = lost.Where(record => record.Event is not null && record.Type is not ("ticket.reserved" or "ticket.revoked" or "ticket.low_stock" or "ticket.sold_out")).GroupBy(record => record.Id)
            .Select((same, i) => same.MaxBy(record => record.Version)! with { Offset = i, Log = number }).ToList();
        return snapshot with
        {
            Log = [.. snapshot.Log.Where(record => record.Topic != topic), .. told],
            Lost = [.. snapshot.Lost, new(topic, lost)],
            Positions =
            [
                .. snapshot.Positions.Select(position =>
                    position.Topic == topic ? position with { Committed = told.Count, High = told.Count, Log = number } : position),
            ],
        };
    }

    /// <summary>A PaymentIntent of an order.</summary>
    public static StripeIntent Intent(string orderId, decimal amount = 10, string status = "succeeded", string name = "pi", string? card = "pm_card_visa") => new(
        $"{name}_{orderId}", status, (long)(100 * amount), status == "succeeded" ? (long)(100 * amount) : 0, card, new Dictionary<string, string> { ["order_id"] = orderId });

    /// <summary>A refund of an order.</summary>
    public static StripeRefund Refund(string orderId, decimal amount, int number = 1, string status = "succeeded", string intent = "pi") => new(
        $"re_{orderId}_{number}", $"{intent}_{orderId}", (long)(100 * amount), status, new Dictionary<string, string> { ["idempotency_key"] = KeyOf(orderId, number) });

    private static object Made(string orderId, decimal amount, int number = 1, string status = "succeeded") =>
        new { key = KeyOf(orderId, number), gatewayId = $"re_{orderId}_{number}", amount, status };

    private static JsonArray Known(string orderId, string state) => new(new JsonObject { ["gatewayId"] = $"dp_{orderId}", ["amount"] = 10m, ["state"] = state });

    private static string KeyOf(string orderId, int number) => number == 1 ? $"payment-{orderId}/refund" : $"payment-{orderId}/refund/{number}";

    public static StoredDocument Document(string service, string type, string id, object state) =>
        new(service, type, id, JsonSerializer.SerializeToElement(state));

    /// <summary>The same with another document in place of one.</summary>
    public static Snapshot Change(this Snapshot snapshot, string service, string type, string id, Action<JsonObject> change) => snapshot with
    {
        Documents = [.. snapshot.Documents.Select(document =>
            {
                if ((document.Service, document.Type, document.Id) != (service, type, id))
                    return document;
                var state = JsonObject.Create(document.State)!;
                change(state);
                return document with { State = JsonSerializer.SerializeToElement(state) };
            })],
    };

    private static StoredDocument Order(string id, string status) => Document("orders", "orders", id, new
    {
        id,
        userId = "buyer",
        lines = new[] { new { ticketId = "ticket", quantity = 1, unitPrice = 10m } },
        price = 10m,
        status,
        expiresAt = Noon,
        version = 3,
    });

    private static StoredDocument Ticket(string id, long version, int sold, string sales, string state) => Document("tickets", "tickets", id, new
    {
        id,
        title = "Concert",
        price = 10m,
        quantity = 3,
        state,
        details = new { maxPerBuyer = 3 },
        held = 0,
        sold,
        revenue = 10m * sold,
        version,
        holds = new { },
        sales,
    });

    private static StoredDocument Payment(string id, string status, object? payment) => Document("payments", "payments", id, new
    {
        orderId = id,
        price = 10m,
        orderStatus = status,
        orderVersion = 3,
        payment,
    });

    private static StoredDocument Inbox(string userId, string? email = null, bool isDeleted = false) =>
        Document("notifications", "inboxes", userId, new { userId, next = 1, items = Array.Empty<object>(), email, isDeleted });

    private static StoredDocument Timer(string id, string status) => Document("expiration", "timers", id, new { orderId = id, status });
}
