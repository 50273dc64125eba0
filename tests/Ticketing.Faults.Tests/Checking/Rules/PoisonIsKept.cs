namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// What a group could not read is in its dead-letter topic with its origin; and nothing else is. If a topic lost records, its groups may not have
/// read the poison among them, or may have kept some that nobody else has seen.
/// </summary>
internal static class PoisonIsKept
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        var log = facts.Snapshot.Log;
        var letters = facts.Snapshot.Lost.SelectMany(lost => lost.Records).Concat(log).Where(record => record.IsDeadLetter).ToList();
        var kept = letters.ToLookup(Origin);
        var groups = facts.Snapshot.Positions.Select(position => (position.Group, position.Topic)).Distinct().ToLookup(p => p.Topic, p => p.Group);
        var poison = log.Where(record => !record.IsDeadLetter && record.Event is null)
            .SelectMany(record => groups[record.Topic].Select(group => (Origin: (record.Topic, group, record.Partition, record.Offset), record)))
            .ToDictionary(pair => pair.Origin, pair => pair.record);
        foreach (var (origin, record) in poison)
            if (!kept[origin].Any(letter => letter.Value == record.Value && letter.Key == record.Key))
                yield return new(nameof(PoisonIsKept), record.Place, $"cannot be read, and is not among the dead letters of {origin.group}.");
        foreach (var letter in letters.Where(letter => !poison.ContainsKey(Origin(letter)) && !(letter.Event is null && facts.HasLost(Origin(letter).Topic))))
            yield return new(nameof(PoisonIsKept), letter.Place, $"is no poison: {letter.Value} ({letter.Headers.GetValueOrDefault("dead_error")}).");
    }

    private static (string Topic, string Group, int Partition, long Offset) Origin(LogRecord letter) => (
        letter.Headers.GetValueOrDefault("dead_topic", ""), letter.Headers.GetValueOrDefault("dead_group", ""),
        int.TryParse(letter.Headers.GetValueOrDefault("dead_partition"), out var partition) ? partition : -1,
        long.TryParse(letter.Headers.GetValueOrDefault("dead_offset"), out var offset) ? offset : -1);
}
