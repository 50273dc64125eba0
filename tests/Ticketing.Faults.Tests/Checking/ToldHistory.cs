namespace Ticketing.Faults.Tests.Checking;

/// <summary>All that a user was told, also what is no longer kept, as far as it was seen while the run went on.</summary>
/// <param name="UserId">The user.</param>
/// <param name="All">The notifications, by their numbers.</param>
/// <param name="IsWhole">Whether every one was seen.</param>
/// <param name="Wrong">What is wrong with the numbers; null if nothing is.</param>
public sealed record ToldHistory(string UserId, IReadOnlyList<ToldNotification> All, bool IsWhole, string? Wrong)
{
    private const int Kept = 200;

    public static IReadOnlyDictionary<string, ToldHistory> Of(Facts facts)
    {
        var seen = facts.Snapshot.Glances.SelectMany(glance => new Facts(facts.Snapshot with { Documents = glance.Documents, Log = [], Lost = [] }).Inboxes.Values)
            .ToLookup(inbox => inbox.UserId);
        return facts.Inboxes.Values.ToDictionary(inbox => inbox.UserId, inbox => Of(inbox, seen[inbox.UserId]));
    }

    private static ToldHistory Of(InboxDocument inbox, IEnumerable<InboxDocument> before)
    {
        var (all, wrong) = (new SortedDictionary<int, ToldNotification>(), (string?)null);
        foreach (var item in before.Append(inbox).SelectMany(moment => moment.Items))
            if (!all.TryAdd(item.Number, item) && all[item.Number] != item)
                wrong ??= $"number {item.Number} was {all[item.Number]}, and is {item}";
        var kept = inbox.IsDeleted ? 0 : Math.Min(inbox.Next - 1, Kept);
        if (!inbox.Items.Select(item => item.Number).SequenceEqual(Enumerable.Range(inbox.Next - kept, kept)))
            wrong ??= $"the next is {inbox.Next}, and kept are {string.Join(", ", inbox.Items.Select(item => item.Number))}";
        if (all.Count > 0 && all.Last().Key >= inbox.Next)
            wrong ??= $"number {all.Last().Key} was seen, and the next is {inbox.Next}";
        return new(inbox.UserId, [.. all.Values], all.Count == inbox.Next - 1, wrong);
    }
}
