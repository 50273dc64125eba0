namespace Ticketing.Contracts;

/// <summary>Amounts of money, as events and answers show them.</summary>
public static class Money
{
    /// <summary>The same amount without trailing zeros, so that equal amounts look equal on the wire: 299, not 299.00.</summary>
    public static decimal Normalize(decimal amount) => amount / 1.0000000000000000000000000000m;
}
