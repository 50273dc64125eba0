using System.Text.Json;

namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// An aggregate's versions first appear in order and without a gap, and a version that appears again says the same: so whoever reads the
/// topic can rebuild it, however often something was published.
/// </summary>
internal static class VersionsFollow
{
    public static IEnumerable<Violation> Check(Facts facts) =>
        facts.OrderStates.Concat(facts.TicketStates).Concat(facts.PaymentStates).GroupBy(e => e.Id).SelectMany(OfAggregate);

    private static IEnumerable<Violation> OfAggregate(IGrouping<string, LogRecord> events)
    {
        var known = new Dictionary<long, LogRecord>();
        foreach (var e in events)
        {
            if (known.TryGetValue(e.Version, out var first))
            {
                if (!JsonElement.DeepEquals(first.Event!.Value, e.Event!.Value))
                    yield return new(nameof(VersionsFollow), events.Key, $"version {e.Version} at {e.Place} is another than at {first.Place}.", e);
                continue;
            }
            if (e.Version != known.Count + 1)
                yield return new(nameof(VersionsFollow), events.Key, $"version {e.Version} at {e.Place} follows {known.Keys.DefaultIfEmpty().Max()}.", e);
            known[e.Version] = e;
        }
        if (events.Select(e => e.Partition).Distinct().Count() > 1)
            yield return new(nameof(VersionsFollow), events.Key, "is on more than one partition.");
    }
}
