namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// Each event that was published is told as one action, which has its id and names it; and no action is without its event. Both may be published twice. What
/// was published shortly before a topic lost its log is not known, and what <c>activity</c> loses is not told again.
/// </summary>
internal static class ActionsAreTold
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        if (facts.Snapshot.Actions is not { } present)
            yield break;
        var actions = facts.Snapshot.Lost.SelectMany(lost => lost.Records).Where(record => record.Topic == Facts.ActivityTopic).Concat(present).ToLookup(record => record.CloudEventId);
        // What the test itself published has no id.
        var events = facts.Events.Where(e => e.CloudEventId.Length > 0).ToLookup(e => e.CloudEventId);
        foreach (var e in events.Select(same => same.First()))
        {
            var told = actions[e.CloudEventId].Select(action => action.Value).Distinct().ToList();
            if (told.Count != 1 && !(told.Count == 0 && facts.HasLost(Facts.ActivityTopic)))
                yield return new(nameof(ActionsAreTold), e.Id, $"{e.Type} ({e.CloudEventId}) is told as {told.Count} actions: {string.Join(' ', told)}", e);
            foreach (var action in actions[e.CloudEventId])
                if (action.Text("event") != e.Type || action.Key != e.Key || action.Text("subject") != e.Key || action.Text("actor") != e.Text("userId"))
                    yield return new(nameof(ActionsAreTold), e.Id, $"{e.Type} ({e.CloudEventId}) is told as {action.Value}", e);
        }
        foreach (var action in actions.Where(same => !events.Contains(same.Key)).Select(same => same.First()))
            if (!facts.HasLost(TopicOf(action)))
                yield return new(nameof(ActionsAreTold), action.Place, $"tells of what was not published: {action.Value}");
    }

    private static string TopicOf(LogRecord action) => action.Text("event").Split('.')[0] switch
    {
        "order" => "orders",
        "ticket" => "tickets",
        "payment" => "payments",
        "account" => "accounts",
        var other => other,
    };
}
