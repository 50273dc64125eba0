using System.Text.Json.Serialization;

namespace Ticketing.Contracts;

/// <summary>The hold of an order ran out. Sent whatever became of the order meanwhile: Orders decides what it means.</summary>
public sealed record ExpirationExpired : Event
{
    /// <summary>The order whose hold ran out.</summary>
    public required string OrderId { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Topic => Topics.Expiration;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Key => OrderId;
}
