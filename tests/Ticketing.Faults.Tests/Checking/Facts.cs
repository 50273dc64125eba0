using System.Text.Json;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>A snapshot, sorted by what the rules ask for.</summary>
public sealed class Facts(Snapshot snapshot)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public Snapshot Snapshot => snapshot;

    public IReadOnlyDictionary<string, OrderDocument> Orders { get; } = Read<OrderDocument>(snapshot, "orders", "orders");

    public IReadOnlyDictionary<string, ReplicaDocument> Replicas { get; } = Read<ReplicaDocument>(snapshot, "orders", "tickets");

    public IReadOnlyDictionary<string, TicketDocument> Tickets { get; } = Read<TicketDocument>(snapshot, "tickets", "tickets");

    public IReadOnlyDictionary<string, PaymentDocument> Payments { get; } = Read<PaymentDocument>(snapshot, "payments", "payments");

    public IReadOnlyDictionary<string, TimerDocument> Timers { get; } = Read<TimerDocument>(snapshot, "expiration", "timers");

    /// <summary>What consumers can read, each partition in order.</summary>
    public IReadOnlyList<LogRecord> Events { get; } = [.. snapshot.Log.Where(record => !record.IsDeadLetter && record.Event is not null)];

    /// <summary>The events that carry an order's whole state.</summary>
    public IEnumerable<LogRecord> OrderStates => Events.Where(e => e.Type.StartsWith("order.", StringComparison.Ordinal));

    /// <summary>The events that carry a ticket's whole state.</summary>
    public IEnumerable<LogRecord> TicketStates => Events.Where(e => e.Type is "ticket.created" or "ticket.updated");

    /// <summary>The events that carry a payment's whole state.</summary>
    public IEnumerable<LogRecord> PaymentStates => Events.Where(e => e.Type.StartsWith("payment.", StringComparison.Ordinal));

    private static Dictionary<string, T> Read<T>(Snapshot snapshot, string service, string type) => snapshot.Documents
        .Where(document => document.Service == service && document.Type == type)
        .ToDictionary(document => document.Id, document => document.State.Deserialize<T>(Json)!);
}
