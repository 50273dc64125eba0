using System.Text.Json;
using Ticketing.Messaging;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>Writes the log of a small shop by hand.</summary>
internal sealed class SampleLog
{
    private readonly List<LogRecord> _records = [];

    public IReadOnlyList<LogRecord> Records => _records;

    public SampleLog Order(string id, string status, long version, int quantity, decimal price, string? dispute = null) => Add("orders", id, new
    {
        type = status == "pending_payment" ? "order.pending" : $"order.{status}",
        id,
        orderId = id,
        ticketId = "ticket",
        status,
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
        price = 10m,
        quantity = 3,
        held,
        sold,
        state,
        maxPerBuyer,
        version,
    });

    public SampleLog Reserved(string orderId, long version, string id = "ticket", int quantity = 1) =>
        Add("tickets", id, new { type = "ticket.reserved", id, orderId, quantity, version });

    public SampleLog Revoked(string orderId, long version, string id) => Add("tickets", id, new { type = "ticket.revoked", id, orderId, version });

    public SampleLog Payment(string orderId, string what, long version, decimal amount, decimal refunded = 0, string? dispute = null) => Add("payments", orderId, new
    {
        type = $"payment.{what}",
        id = $"payment-{orderId}",
        orderId,
        paymentId = version == 1 ? null : $"ch_{orderId}",
        amount,
        refunded,
        dispute,
        version,
    });

    public SampleLog Expired(string orderId) =>
        Add("expiration", orderId, new { type = "expiration.expired", id = orderId, orderId, version = 1 });

    /// <summary>A record that no group can read, and where each keeps it.</summary>
    public SampleLog Poison(string topic)
    {
        var poison = new LogRecord(topic, 0, Next(topic), "key", "no event", new Dictionary<string, string>());
        _records.Add(poison);
        foreach (var (group, _) in TheShop.Groups.Where(group => group.Topic == topic))
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
