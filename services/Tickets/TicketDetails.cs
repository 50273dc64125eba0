using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Tickets;

/// <summary>What a listing may say of its ticket.</summary>
public readonly record struct TicketDetails
{
    /// <summary>The limit of a listing that names none.</summary>
    public const int DefaultMaxPerBuyer = 10;

    /// <summary>When what is sold begins.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Where it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Venue { get; init; }

    /// <summary>Orders get no seats before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? SalesFrom { get; init; }

    /// <summary>Orders get no seats after it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? SalesUntil { get; init; }

    /// <summary>The stock is low when no more seats than these are available.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LowStockAt { get; init; }

    /// <summary>How many seats one buyer may hold and have bought at most. Null, which is no limit, if it was listed before there was one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxPerBuyer { get; init; }

    /// <summary>Until when buyers can give paid seats back. Orders decides.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? RefundableUntil { get; init; }

    /// <summary>What is held back for later; null if nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Refill? Refill { get; init; }

    /// <summary>Whether this is a time to sell: both ends belong to it.</summary>
    public bool IsSalesTime(DateTimeOffset now) => !(now < SalesFrom) && !(now > SalesUntil);

    /// <summary>
    /// The rules between fields that are broken. A caller who changed only the other field of a rule than the one that it is about is told of
    /// that one.
    /// </summary>
    /// <param name="before">What the listing said until now.</param>
    /// <param name="quantity">The seats that there are in all, without those that are held back.</param>
    public IReadOnlyList<InvalidField> BrokenRules(TicketDetails before, int quantity)
    {
        var broken = new List<InvalidField>();
        if (SalesUntil <= SalesFrom)
            broken.Add(new(SalesUntil == before.SalesUntil ? "salesFrom" : "salesUntil", "salesUntil must be after salesFrom."));
        NotAfterStart(SalesFrom, before.SalesFrom, "salesFrom", broken);
        NotAfterStart(SalesUntil, before.SalesUntil, "salesUntil", broken);
        NotAfterStart(RefundableUntil, before.RefundableUntil, "refundableUntil", broken);
        if (Refill is { } refill)
            broken.AddRange(BrokenRules(refill, isChanged: refill != before.Refill, quantity));
        return broken;
    }

    private static IEnumerable<InvalidField> BrokenRules(Refill refill, bool isChanged, int quantity)
    {
        const string upTo = "refill.upTo";
        if (refill.UpTo < refill.Amount)
            yield return new(upTo, $"{upTo} must be at least refill.amount.");
        if (refill.UpTo < refill.Released)
            yield return new(upTo, $"{upTo} must be at least {refill.Released:N0}, as so many seats have been released.");
        if (quantity + refill.Left > SeatsAttribute.Max)
            yield return new(isChanged ? upTo : "quantity", $"quantity and the seats that refill holds back must be at most {SeatsAttribute.Max:N0} together.");
    }

    private void NotAfterStart(DateTimeOffset? time, DateTimeOffset? before, string field, List<InvalidField> broken)
    {
        if (time > StartsAt)
            broken.Add(new(time == before ? "startsAt" : field, $"{field} must not be after startsAt."));
    }
}
