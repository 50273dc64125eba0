using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ticketing.Messaging;

namespace Ticketing.Contracts;

/// <summary>The hold of an order ran out. Orders decides what that means: the payment may have come in the same moment.</summary>
public sealed record ExpirationExpired : Event, IEvent<ExpirationExpired>
{
    /// <inheritdoc/>
    public static string TypeName => "expiration.expired";

    /// <inheritdoc/>
    public static JsonTypeInfo<ExpirationExpired> Json => ContractsJson.Default.ExpirationExpired;

    /// <summary>The order whose hold ran out.</summary>
    [JsonRequired]
    public string OrderId { get; init; } = "";

    /// <summary>The ticket whose seats it holds, the first if there are several. So they can be released even if Orders does not know the order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TicketId { get; init; }

    /// <summary>All of its tickets, if it has several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? TicketIds { get; init; }

    /// <summary>See <see cref="Topics.Expiration"/>.</summary>
    public static string TopicName => Topics.Expiration;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Key => OrderId;
}
