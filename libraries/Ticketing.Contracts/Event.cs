using System.Text.Json.Serialization;

namespace Ticketing.Contracts;

/// <summary>
/// Something that happened, as it travels: one JSON object whose <c>type</c> says which of these it is.
/// Consumers ignore types and fields that they do not know, so both may be added at any time.
/// </summary>
public abstract record Event : IJsonOnDeserialized
{
    /// <summary>Id of the aggregate that this happened to.</summary>
    [JsonPropertyOrder(-10)]
    public string Id { get; init; } = "";

    /// <summary>
    /// The aggregate's version: from 1, one more with each change of its state. An answer that changes nothing carries the version it saw.
    /// </summary>
    [JsonPropertyOrder(10)]
    public long Version { get; init; }

    /// <summary>The record's key: what this event stays in order with.</summary>
    [JsonIgnore]
    public abstract string Key { get; }

    void IJsonOnDeserialized.OnDeserialized() => EventRules.Check(this);
}
