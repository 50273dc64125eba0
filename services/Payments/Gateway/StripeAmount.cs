using System.Collections.Frozen;

namespace Ticketing.Payments.Gateway;

/// <summary>Amounts as Stripe's API wants them: whole numbers of a currency's minor units (Stripe's documentation, "Supported currencies").</summary>
public static class StripeAmount
{
    private static readonly FrozenSet<string> ZeroDecimals = Codes("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF");

    // The card networks take no more than two of the three, so the last digit must be 0.
    private static readonly FrozenSet<string> ThreeDecimals = Codes("BHD IQD JOD KWD LYD OMR TND");

    // They have no decimals any more; the API goes on with two, which must be 00.
    private static readonly FrozenSet<string> FormerlyTwoDecimals = Codes("ISK UGX");

    /// <summary>An amount in minor units; null if Stripe cannot represent it.</summary>
    public static long? Of(decimal amount, string currency)
    {
        var scale = Scale(currency);
        var step = ThreeDecimals.Contains(currency) ? 10 : FormerlyTwoDecimals.Contains(currency) ? 100 : 1;
        // Stripe's greatest amount has 12 digits.
        return amount is > 0 and < 1_000_000_000_000 && amount * scale is var units && units % step == 0 ? (long)units : null;
    }

    /// <summary>The amount that so many minor units are.</summary>
    public static decimal From(long units, string currency) => (decimal)units / Scale(currency);

    private static int Scale(string currency) => ZeroDecimals.Contains(currency) ? 1 : ThreeDecimals.Contains(currency) ? 1000 : 100;

    private static FrozenSet<string> Codes(string codes) => codes.Split(' ').ToFrozenSet();
}
