namespace Ticketing.Faults.Tests.Checking;

/// <summary>A promise that was not kept.</summary>
/// <param name="Rule">Which one.</param>
/// <param name="Aggregate">Whose: an order's or a ticket's id, or a place in a topic.</param>
/// <param name="Detail">What is wrong.</param>
/// <param name="Until">The event that shows it; null where it is the end of the story.</param>
public sealed record Violation(string Rule, string Aggregate, string Detail, LogRecord? Until = null)
{
    private const int MaxLines = 40;

    /// <summary>What happened to the aggregate, as far as it matters: each event once, where it first appeared, up to the one in question.</summary>
    public string Tell(Snapshot snapshot)
    {
        var lines = new List<string>();
        var seen = new HashSet<string>();
        foreach (var record in snapshot.Lost.SelectMany(lost => lost.Records).Concat(snapshot.Log).Where(record => record.Id == Aggregate || record.OrderId == Aggregate))
        {
            if (record.IsDeadLetter || record.CloudEventId.Length == 0 || seen.Add(record.CloudEventId) || record == Until)
                lines.Add($"    {record.Place} {record.Value}");
            if (record == Until)
                break;
        }
        var story = lines.Count <= MaxLines ? lines : [$"    … {lines.Count - MaxLines} earlier", .. lines.TakeLast(MaxLines)];
        var documents = snapshot.Documents.Where(document => document.Id == Aggregate)
            .Select(document => $"    {document.Service}.{document.Type}: {document.State} ({document.Unpublished} unpublished)");
        return string.Join('\n', [$"{Rule}: {Aggregate}: {Detail}", .. story, .. documents]);
    }
}
