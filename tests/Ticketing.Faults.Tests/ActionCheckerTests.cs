using Ticketing.Faults.Tests.Checking.Rules;

namespace Ticketing.Faults.Tests;

/// <summary>The checker finds an action that is missing, and one too many.</summary>
public sealed class ActionCheckerTests
{
    private static readonly Snapshot Clean = Told(SampleShop.Clean());

    private static readonly Dictionary<string, (string Says, Snapshot Broken)> Cases = new()
    {
        ["none at all"] = ("is told as 0 actions", Clean with { Actions = [] }),
        ["one missing"] = ("order.completed (", Without(action => action.Text("event") == "order.completed")),
        ["one missing, and another topic lost its log"] = ("order.completed (", Without(action => action.Text("event") == "order.completed").Lose("payments")),
        ["two of one event"] = ("is told as 2 actions", Clean with { Actions = [.. Clean.Actions!, Changed(Clean.Actions![0], "\"type\"", "\"at\":\"later\",\"type\"")] }),
        ["of another type"] = ("is told as {", Clean with { Actions = [Changed(Clean.Actions![0], "\"event\":\"", "\"event\":\"no."), .. Clean.Actions!.Skip(1)] }),
        ["of another user"] = ("is told as {", Clean with { Actions = [.. Clean.Actions!.Select(action => Changed(action, "\"actor\":\"buyer\"", "\"actor\":\"seller\""))] }),
        ["without its event"] = ("tells of what was not published", Clean with { Log = [.. Clean.Log.Where(record => record.Type != "order.completed")] }),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact]
    public void A_run_in_which_each_event_is_one_action_passes() => Assert.Empty(Violations(Clean));

    [Fact]
    public void Both_may_be_published_twice() => Assert.Empty(Violations(Clean with { Log = [.. Clean.Log, .. Clean.Log], Actions = [.. Clean.Actions!, .. Clean.Actions!] }));

    [Fact]
    public void An_event_that_was_lost_before_anybody_read_it_has_its_action_all_the_same()
    {
        var lost = Clean.Lose("orders");
        Assert.Empty(Violations(Told(lost with { Lost = [new("orders", [.. lost.Lost[0].Records.Take(3)])] }, Clean.Actions!)));
    }

    [Fact]
    public void What_activity_has_lost_is_not_told_again() => Assert.Empty(Violations(Clean with { Actions = [], Lost = [new("activity", [])] }));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_broken_run_is_found(string name)
    {
        var (says, broken) = Cases[name];
        Assert.Contains(Violations(broken), violation => violation.Detail.Contains(says, StringComparison.Ordinal));
    }

    private static List<Violation> Violations(Snapshot snapshot) => [.. ActionsAreTold.Check(new(snapshot))];

    private static Snapshot Without(Func<LogRecord, bool> isLeftOut) => Clean with { Actions = [.. Clean.Actions!.Where(action => !isLeftOut(action))] };

    private static Snapshot Told(Snapshot snapshot, params IEnumerable<LogRecord> before) => snapshot with
    {
        Actions =
        [
            .. before,
            .. snapshot.Log.Where(record => !record.IsDeadLetter && record.Event is not null).Select((e, i) => new LogRecord(
                "activity", 0, i, e.Key, System.Text.Json.JsonSerializer.Serialize(new { type = "action", actor = e.Text("userId") is { Length: > 0 } user ? user : null, subject = e.Key, @event = e.Type }), e.Headers)),
        ],
    };

    private static LogRecord Changed(LogRecord action, string text, string by) =>
        new(action.Topic, action.Partition, action.Offset, action.Key, action.Value!.Replace(text, by, StringComparison.Ordinal), action.Headers);
}
