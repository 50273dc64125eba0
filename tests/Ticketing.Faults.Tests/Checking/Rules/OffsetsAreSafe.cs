namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// No group has committed more than its topic holds, and at rest each has committed all of it. That nothing below was skipped is what the
/// other rules find: its effect would be missing.
/// </summary>
internal static class OffsetsAreSafe
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        foreach (var position in facts.Snapshot.Positions)
        {
            var place = $"{position.Group} on {position.Topic}[{position.Partition}]";
            if (position.Committed > position.High)
                yield return new(nameof(OffsetsAreSafe), place, $"has committed {position.Committed} of {position.High}.");
            if ((position.Committed ?? position.Low) < position.High)
                yield return new(nameof(OffsetsAreSafe), place, $"is at {position.Committed} of {position.High}, and nothing moves.");
        }
    }
}
