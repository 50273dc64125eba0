using System.Text.Json.Serialization;

namespace Ticketing.Contracts;

/// <summary>What became of a buyer's dispute with the bank over a charge.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DisputeState>))]
public enum DisputeState
{
    /// <summary>The bank has not decided yet. It has taken the money back until then.</summary>
    [JsonStringEnumMemberName("disputed")] Disputed,

    /// <summary>The bank decided for the seller: the money is there again.</summary>
    [JsonStringEnumMemberName("dispute_won")] Won,

    /// <summary>The bank decided for the buyer: the money is gone.</summary>
    [JsonStringEnumMemberName("dispute_lost")] Lost,
}
