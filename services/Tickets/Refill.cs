using System.Text.Json.Serialization;

namespace Ticketing.Tickets;

/// <summary>Seats that a seller holds back, and when they are added to those for sale.</summary>
/// <param name="Below">Some are added when no more seats than these are available.</param>
/// <param name="Amount">How many at a time. The last time, it is what is left.</param>
/// <param name="UpTo">How many in all.</param>
/// <param name="Released">How many have been added. It is kept when the rule changes.</param>
public readonly record struct Refill(int Below, int Amount, int UpTo, int Released = 0)
{
    /// <summary>How many are still held back.</summary>
    [JsonIgnore]
    public int Left => UpTo - Released;

    /// <summary>How many are added next.</summary>
    [JsonIgnore]
    public int Next => Math.Min(Amount, Left);
}
