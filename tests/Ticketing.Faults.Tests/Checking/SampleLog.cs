using System.Text.Json;
using Ticketing.Messaging;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>Writes the log of a small shop by hand.</summary>
internal sealed class SampleLog
{
    private readonly List<LogRecord> _records = [];

    public IReadOnlyList<LogRecord> Records => _records;

    public SampleLog Order(string id, string status, long version, int quantity, decimal price, string? dispute = null, string? reason = null) => Add("orders", id, new
    {
        type = status == "pending_payment" ? "order.pending" : $"order.{status}",
        id,
        orderId = id,
        userId = "buyer",
        ticketId = "ticket",
        status,
        reason,
        quantity,
        price,
        dispute,
        version,
    });

    /// <summary>An order of several tickets, all of which cost 10.</summary>
    public SampleLog Order(string id, string status, long version, params IReadOnlyList<(string TicketId, int Quantity, int Cancelled)> lines) => Add("orders", id, new
    {
        type = status == "pending_payment" ? "order.pending" : $"order.{status}",
        id,
        orderId = id,
        userId = "buyer",
        ticketId = lines[0].TicketId,
        status,
        lines = lines.Select(line => new { ticketId = line.TicketId, quantity = line.Quantity, cancelled = line.Cancelled, unitPrice = 10m }),
        price = lines.Sum(line => 10m * line.Quantity),
        refund = lines.Sum(line => 10m * line.Cancelled),
        version,
    });

    public SampleLog Ticket(long version, int held, int sold, string id = "ticket", string state = "on_sale", int maxPerBuyer = 3) => Add("tickets", id, new
    {
        type = version == 1 ? "ticket.created" : "ticket.updated",
        id,
        userId = "seller",
        price = 10m,
        quantity = 3,
        held,
        sold,
        state,
        maxPerBuyer,
        version,
    });

    /// <summary>A ticket of which three seats more are held back, or were.</summary>
    public SampleLog Refilled(long version, int held, int quantity = 3) => Add("tickets", "refilled", new
    {
        type = version == 1 ? "ticket.created" : "ticket.updated",
        id = "refilled",
        userId = "seller",
        price = 10m,
        quantity,
        held,
        sold = 0,
        lowStockAt = 2,
        refill = new { below = 0, amount = 3, upTo = 3, released = quantity - 3 },
        version,
    });

    public SampleLog LowStock(long version, string id = "ticket") =>
        Add("tickets", id, new { type = "ticket.low_stock", id, ticketId = id, available = 1, threshold = 1, version });

    public SampleLog SoldOut(long version, string id = "ticket") => Add("tickets", id, new { type = "ticket.sold_out", id, ticketId = id, quantity = 3, version });

    public SampleLog Reserved(string orderId, long version, string id = "ticket", int quantity = 1) =>
        Add("tickets", id, new { type = "ticket.reserved", id, orderId, quantity, version });

    public SampleLog Revoked(string orderId, long version, string id) => Add("tickets", id, new { type = "ticket.revoked", id, orderId, version });

    public SampleLog Payment(string orderId, string what, long version, decimal amount, decimal refunded = 0, string? dispute = null, int attemptsLeft = 0, decimal failed = 0) => Add("payments", orderId, new
    {
        type = $"payment.{what}",
        id = $"payment-{orderId}",
        orderId,
        paymentId = version == 1 ? null : $"ch_{orderId}",
        amount,
        refunded,
        dispute,
        attemptsLeft,
        failed,
        sellerIds = failed > 0 ? new[] { "seller" } : [],
        version,
    });

    public SampleLog Account(string id, string what, long version, string? email = null) =>
        Add("accounts", id, new { type = $"account.{what}", id, email, sessionEpoch = what == "deleted" ? 1 : 0, version });

    public SampleLog Expired(string orderId) =>
        Add("expiration", orderId, new { type = "expiration.expired", id = orderId, orderId, version = 1 });

    /// <summary>A record that no group can read, and where each keeps it.</summary>
    public SampleLog Poison(string topic)
    {
        var poison = new LogRecord(topic, 0, Next(topic), "key", "no event", new Dictionary<string, string>());
        _records.Add(poison);
        foreach (var (group, _) in WholeShop.Groups.Where(group => group.Topic == topic))
        {
            var dead = KafkaNames.DeadLetters(topic, group);
            _records.Add(poison with
            {
                Topic = dead,
                Offset = Next(dead),
                Headers = new Dictionary<string, string>
                {
                    ["dead_topic"] = topic,
                    ["dead_group"] = group,
                    ["dead_partition"] = "0",
                    ["dead_offset"] = $"{poison.Offset}",
                },
            });
        }
        return this;
    }

    private SampleLog Add(string topic, string key, object value)
    {
        var headers = new Dictionary<string, string> { ["ce_id"] = $"{topic}/{_records.Count}" };
        _records.Add(new(topic, 0, Next(topic), key, JsonSerializer.Serialize(value), headers));
        return this;
    }

    private long Next(string topic) => _records.Count(record => record.Topic == topic);
}
