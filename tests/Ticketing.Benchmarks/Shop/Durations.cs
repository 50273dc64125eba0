using System.Globalization;

namespace Ticketing.Benchmarks.Shops;

/// <summary>What many measurements say together.</summary>
internal static class Durations
{
    /// <summary>The duration that this part of all is not longer than.</summary>
    public static double Percentile(this IReadOnlyCollection<double> milliseconds, double part) =>
        milliseconds.Count == 0 ? double.NaN : milliseconds.Order().ElementAt((int)Math.Ceiling(part * milliseconds.Count) - 1);

    public static string Describe(this IReadOnlyCollection<double> milliseconds) => string.Create(CultureInfo.InvariantCulture,
        $"p50 {milliseconds.Percentile(0.5),7:0.0} ms   p99 {milliseconds.Percentile(0.99),7:0.0} ms");
}
