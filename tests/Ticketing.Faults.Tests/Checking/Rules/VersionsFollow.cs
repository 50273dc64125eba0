using System.Text.Json;

namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// An aggregate's versions first appear in order and without a gap, and a version that appears again says the same: so whoever reads the
/// topic can rebuild it, however often something was published. A log that follows a lost one begins with whatever version an aggregate had by then.
/// </summary>
internal static class VersionsFollow
{
    public static IEnumerable<Violation> Check(Facts facts) =>
        facts.OrderStates.Concat(facts.TicketStates).Concat(facts.PaymentStates).Concat(facts.AccountStates).GroupBy(e => e.Id).SelectMany(OfAggregate);

    private static IEnumerable<Violation> OfAggregate(IGrouping<string, LogRecord> events)
    {
        var known = new Dictionary<long, LogRecord>();
        foreach (var log in events.GroupBy(e => e.Log))
        {
            var (first, last) = (0L, 0L);
            foreach (var e in log)
            {
                if (known.TryGetValue(e.Version, out var other) && !JsonElement.DeepEquals(other.Event!.Value, e.Event!.Value))
                    yield return new(nameof(VersionsFollow), events.Key, $"version {e.Version} at {e.Place} is another than at {other.Place}.", e);
                if (e.Version < 1 || (e.Version > last + 1 && !MayFollow(log.Key, first, last)))
                    yield return new(nameof(VersionsFollow), events.Key, $"version {e.Version} at {e.Place} follows {last}.", e);
                known.TryAdd(e.Version, e);
                (first, last) = (first == 0 ? e.Version : first, Math.Max(last, e.Version));
            }
        }
        if (events.Select(e => e.Partition).Distinct().Count() > 1)
            yield return new(nameof(VersionsFollow), events.Key, "is on more than one partition.");
    }

    // What is told first may be an instance's last word from before the loss, and what came between is lost.
    private static bool MayFollow(int log, long first, long last) => log > 0 && first == last;
}
