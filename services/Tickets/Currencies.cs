using System.Collections.Frozen;
using Ticketing.Contracts;

namespace Ticketing.Tickets;

/// <summary>
/// The currencies of ISO 4217: list one as its maintainer published it on 1 January 2026 (SIX Group), without the codes that have no minor unit,
/// such as gold's and XXX. It is a table of ours, as what the runtime knows of currencies depends on the machine.
/// </summary>
public static class Currencies
{
    /// <summary>No currency has more.</summary>
    public const int MaxDecimals = 4;

    private static readonly FrozenDictionary<string, int> Decimals = new (int Decimals, string Codes)[]
    {
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (2, """
            AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
            CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
            IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
            MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
            SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG
            YER ZAR ZMW ZWG
            """),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    }.SelectMany(row => row.Codes.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(code => KeyValuePair.Create(code, row.Decimals)))
        .ToFrozenDictionary();

    /// <summary>How many decimals amounts of a currency have: 0 in JPY, 2 in USD, 3 in KWD; null if there is no such currency.</summary>
    public static int? DecimalsOf(string? code) => code is not null && Decimals.TryGetValue(code, out var decimals) ? decimals : null;

    /// <summary>The rule, without its subject, that a price breaks if it has more decimals than its currency, or, where that is not known, than any; else null.</summary>
    public static string? WhyTooPrecise(decimal price, string? currency)
    {
        var decimals = DecimalsOf(currency);
        return Money.Normalize(price).Scale <= (decimals ?? MaxDecimals)
            ? null
            : $"must have at most {decimals ?? MaxDecimals} decimals{(decimals is null ? "" : $" in {currency}")}.";
    }
}
