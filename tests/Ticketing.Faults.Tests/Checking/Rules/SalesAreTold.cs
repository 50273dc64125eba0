namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>What the seller of a ticket is to be told: the first sale, and each time that few seats are left, or none.</summary>
internal static class SalesAreTold
{
    /// <summary>How often.</summary>
    /// <param name="facts">Everything.</param>
    /// <param name="events">What was published of the ticket.</param>
    public static IEnumerable<Expectation> Expected(Facts facts, IReadOnlyList<LogRecord> events)
    {
        var hasLost = facts.HasLost("tickets");
        var states = events.Where(e => e.Type is "ticket.created" or "ticket.updated").ToList();
        // Whoever hears first of a ticket that it is sold does not know which sale was the first.
        var isKnownUnsold = events.FirstOrDefault(e => facts.IsPresent(e) && (states.Contains(e) || e.Type is "ticket.low_stock" or "ticket.sold_out")) is { } first
            && states.Contains(first) && first.Number("sold") == 0;
        var isSold = states.Where(e => e.Number("sold") > 0).ToList();
        yield return new(
            "ticket_first_sale", item => item.Kind == "ticket_first_sale", isKnownUnsold && isSold.Exists(facts.IsPresent) ? 1 : 0, hasLost || isSold.Count > 0 ? 1 : 0);
        // Each is told with a version of its own, so the versions that nobody has seen are as many as may have been told besides.
        var unknown = hasLost ? (int)events.Max(e => e.Version) - states.Select(e => e.Version).Distinct().Count() : 0;
        foreach (var kind in (string[])["low_stock", "sold_out"])
        {
            var causes = events.Where(e => e.Type == $"ticket.{kind}").ToList();
            yield return new(
                $"ticket_{kind}", item => item.Kind == $"ticket_{kind}", causes.Where(facts.IsPresent).Select(e => e.Version).Distinct().Count(),
                causes.Select(e => e.Version).Distinct().Count() + unknown);
        }
    }
}
