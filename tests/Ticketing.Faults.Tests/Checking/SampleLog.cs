using System.Text.Json;
using Ticketing.Messaging;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>Writes the log of a small shop by hand.</summary>
internal sealed class SampleLog
{
    private readonly List<LogRecord> _records = [];

    public IReadOnlyList<LogRecord> Records => _records;

    public SampleLog Order(string id, string status, long version, int quantity, decimal price) => Add("orders", id, new
    {
        type = status == "pending_payment" ? "order.pending" : $"order.{status}",
        id,
        orderId = id,
        ticketId = "ticket",
        status,
        quantity,
        price,
        version,
    });

    public SampleLog Ticket(long version, int held, int sold) => Add("tickets", "ticket", new
    {
        type = version == 1 ? "ticket.created" : "ticket.updated",
        id = "ticket",
        price = 10m,
        quantity = 3,
        held,
        sold,
        version,
    });

    public SampleLog Reserved(string orderId, long version) =>
        Add("tickets", "ticket", new { type = "ticket.reserved", id = "ticket", orderId, quantity = 1, version });

    public SampleLog Payment(string orderId, string what, long version, decimal amount) => Add("payments", orderId, new
    {
        type = $"payment.{what}",
        id = $"payment-{orderId}",
        orderId,
        paymentId = version == 1 ? null : $"ch_{orderId}",
        amount,
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
