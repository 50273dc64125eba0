using System.Text.Json;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>A record of a topic.</summary>
public sealed record LogRecord(
    string Topic, int Partition, long Offset, string? Key, string? Value, IReadOnlyDictionary<string, string> Headers)
{
    private const string DeadSuffix = ".dead";

    private readonly Lazy<JsonElement?> _event = new(() => Parse(Value));

    /// <summary>How many logs the topic had lost before this one.</summary>
    public int Log { get; init; }

    /// <summary>The event; null for what no consumer can read.</summary>
    public JsonElement? Event => _event.Value;

    public bool IsDeadLetter => Topic.EndsWith(DeadSuffix, StringComparison.Ordinal);

    public string Type => Text("type");

    public string Id => Text("id");

    /// <summary>The order that this concerns; empty for one that concerns none.</summary>
    public string OrderId => Text("orderId");

    public long Version => Event!.Value.GetProperty("version").GetInt64();

    /// <summary>The same for an event that was published twice.</summary>
    public string CloudEventId => Headers.GetValueOrDefault("ce_id", "");

    public string Place => Log == 0 ? $"{Topic}[{Partition}]@{Offset}" : $"{Topic}[{Partition}]@{Offset} of log {Log}";

    public string Text(string field) =>
        Event is { } e && e.TryGetProperty(field, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";

    /// <summary>The tickets of an order.</summary>
    public IReadOnlyList<string> TicketIds => Event!.Value.TryGetProperty("lines", out var lines)
        ? [.. lines.EnumerateArray().Select(line => line.GetProperty("ticketId").GetString()!)]
        : [Text("ticketId")];

    /// <summary>The sellers of a payment's order, if it names them.</summary>
    public IReadOnlyList<string> SellerIds =>
        Event!.Value.TryGetProperty("sellerIds", out var ids) ? [.. ids.EnumerateArray().Select(id => id.GetString()!)] : [];

    /// <summary>How many seats of a ticket the order of this event keeps; null if it does not say.</summary>
    public int? KeptOf(string ticketId)
    {
        var line = Event!.Value.TryGetProperty("lines", out var lines)
            ? lines.EnumerateArray().SingleOrDefault(line => line.GetProperty("ticketId").GetString() == ticketId)
            : Event.Value;
        return line.ValueKind == JsonValueKind.Object && line.TryGetProperty("quantity", out var quantity)
            ? quantity.GetInt32() - (line.TryGetProperty("cancelled", out var cancelled) ? cancelled.GetInt32() : 0)
            : null;
    }

    /// <summary>An amount; 0 if it is missing.</summary>
    public decimal Amount(string field) => Event!.Value.TryGetProperty(field, out var amount) ? amount.GetDecimal() : 0;

    /// <summary>How much of a payment has gone back by this event.</summary>
    public decimal Refunded => Type == "payment.refunded" ? Amount("amount") : Amount("refunded");

    /// <summary>Whether a number is there that is not 0.</summary>
    public bool Leaves(string field) => Event!.Value.TryGetProperty(field, out var number) && number.GetInt32() > 0;

    public int Number(string field) => Event!.Value.GetProperty(field).GetInt32();

    private static JsonElement? Parse(string? value)
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(value ?? "");
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                ? json
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
