using System.Text.Json.Serialization;

namespace Ticketing.Contracts;

/// <summary>The hold of an order ran out. Orders decides what that means: the payment may have come in the same moment.</summary>
public sealed record ExpirationExpired : Event
{
    /// <summary>The order whose hold ran out.</summary>
    [JsonRequired]
    public string OrderId { get; init; } = "";

    /// <summary>The ticket whose seats it holds, so that they can be released even if Orders does not know the order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TicketId { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Topic => Topics.Expiration;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Key => OrderId;
}
