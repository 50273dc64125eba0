namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>A session that someone was told to be over is good nowhere.</summary>
internal static class SessionsHaveEnded
{
    public static IEnumerable<Violation> Check(Facts facts) =>
        from session in facts.Snapshot.EndedSessions
        from instance in session.GoodAt
        select new Violation(nameof(SessionsHaveEnded), session.UserId, $"has signed out, and is still known by {instance}.");
}
