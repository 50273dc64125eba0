using Ticketing.Faults.Tests.Checking.Rules;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>Holds what a run left behind against what is promised. Pure, and knows nothing of how the services work.</summary>
public static class Checker
{
    private const int MaxTold = 10;

    private static readonly Func<Facts, IEnumerable<Violation>>[] All =
    [
        OrdersExist.Check, SeatsAreCounted.Check, SeatsMatchOrders.Check, LimitsAreKept.Check, GivenSeatsAreFree.Check, StockIsTold.Check,
        MoneyMatchesOrders.Check, VersionsFollow.Check, ChangesArePublished.Check, ReplicasEqualSources.Check, EventsAreAnswered.Check, OffsetsAreSafe.Check, PoisonIsKept.Check,
        GatewayAgrees.Check, BooksAreEqual.Check, PaymentsAreAtRest.Check, CommitsFollowWrites.Check, SessionsHaveEnded.Check, AccountsAreTold.Check,
        NotificationsAreTold.Check, MailsAreSent.Check, ActionsAreTold.Check,
    ];

    public static IReadOnlyList<Violation> Check(Snapshot snapshot)
    {
        var facts = new Facts(snapshot);
        return [.. All.SelectMany(rule => rule(facts))];
    }

    /// <summary>What a failed test says.</summary>
    public static string Report(Snapshot snapshot, IReadOnlyList<Violation> violations, string seed) =>
        $"{violations.Count} violations with {seed}:\n" + string.Join('\n', violations.Take(MaxTold).Select(violation => violation.Tell(snapshot)));
}
