using System.Text.Json;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>A snapshot, sorted by what the rules ask for.</summary>
public sealed class Facts(Snapshot snapshot)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Where services tell what they did.</summary>
    public const string ActivityTopic = "activity";

    public Snapshot Snapshot => snapshot;

    public IReadOnlyDictionary<string, OrderDocument> Orders { get; } = Read<OrderDocument>(snapshot, "orders", "orders");

    public IReadOnlyDictionary<string, ReplicaDocument> Replicas { get; } = Read<ReplicaDocument>(snapshot, "orders", "tickets");

    public IReadOnlyDictionary<string, TicketDocument> Tickets { get; } = Read<TicketDocument>(snapshot, "tickets", "tickets");

    public IReadOnlyDictionary<string, PaymentDocument> Payments { get; } = Read<PaymentDocument>(snapshot, "payments", "payments");

    /// <summary>What Stripe's webhooks told.</summary>
    public IReadOnlyDictionary<string, NewsDocument> News { get; } = Read<NewsDocument>(snapshot, "payments", "provider_events");

    public IReadOnlyDictionary<string, TimerDocument> Timers { get; } = Read<TimerDocument>(snapshot, "expiration", "timers");

    /// <summary>What users were told. Only some rules ask for it, of many moments.</summary>
    public IReadOnlyDictionary<string, InboxDocument> Inboxes => field ??= Read<InboxDocument>(snapshot, "notifications", "inboxes");

    /// <summary>What consumers can read or could, before it was lost; each partition in order.</summary>
    public IReadOnlyList<LogRecord> Events { get; } =
        [.. snapshot.Lost.SelectMany(lost => lost.Records).Concat(snapshot.Log).Where(record => !record.IsDeadLetter && record.Topic != ActivityTopic && record.Event is not null)];

    /// <summary>The events that carry an order's whole state.</summary>
    public IEnumerable<LogRecord> OrderStates => Events.Where(e => e.Type.StartsWith("order.", StringComparison.Ordinal));

    /// <summary>The events that carry a ticket's whole state.</summary>
    public IEnumerable<LogRecord> TicketStates => Events.Where(e => e.Type is "ticket.created" or "ticket.updated");

    /// <summary>What Stripe has.</summary>
    public StripeBooks Stripe => snapshot.Stripe;

    /// <summary>The events that carry a payment's whole state.</summary>
    public IEnumerable<LogRecord> PaymentStates => Events.Where(e => e.Type.StartsWith("payment.", StringComparison.Ordinal));

    /// <summary>The events that carry an account's whole state.</summary>
    public IEnumerable<LogRecord> AccountStates => Events.Where(e => e.Type.StartsWith("account.", StringComparison.Ordinal));

    /// <summary>
    /// Whether some of what was published to a topic is lost. Then a version, or an answer, may be missing; and everything that is stored must have
    /// been told again, in the present log.
    /// </summary>
    public bool HasLost(string topic) => snapshot.Lost.Any(lost => lost.Topic == topic);

    /// <summary>Whether an event is in the present log of its topic.</summary>
    public bool IsPresent(LogRecord e) => e.Log == snapshot.Lost.Count(lost => lost.Topic == e.Topic);

    private static Dictionary<string, T> Read<T>(Snapshot snapshot, string service, string type) => snapshot.Documents
        .Where(document => document.Service == service && document.Type == type)
        .ToDictionary(document => document.Id, document => document.State.Deserialize<T>(Json)!);
}
