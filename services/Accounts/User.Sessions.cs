using System.Collections.Immutable;
using Ticketing.Messaging;

namespace Ticketing.Accounts;

// How sessions begin, go on and end.
public sealed partial record User
{
    // More than anybody uses. Beyond that, the session that was refreshed least recently ends.
    private const int MaxSessions = 50;

    // So many that their event stays small. Beyond it, all sessions end.
    private const int MaxEndedSessions = 200;

    // A caller may repeat a refresh whose answer was lost.
    private static readonly TimeSpan RefreshRepeat = TimeSpan.FromSeconds(30);

    /// <summary>The user signs in with a password that was checked; not if it was changed meanwhile, which ends all sessions that began with it.</summary>
    /// <inheritdoc cref="SignIn(User?, string, DateTimeOffset, TimeSpan)"/>
    public static Decision<User> SignIn(User? user, string checkedHash, string sessionId, DateTimeOffset now, TimeSpan lifetime) =>
        user?.PasswordHash == checkedHash ? SignIn(user, sessionId, now, lifetime) : Refused;

    /// <summary>The user signs in.</summary>
    /// <param name="user">The user.</param>
    /// <param name="sessionId">Names the new session.</param>
    /// <param name="now">The time.</param>
    /// <param name="lifetime">How long it can be refreshed.</param>
    public static Decision<User> SignIn(User? user, string sessionId, DateTimeOffset now, TimeSpan lifetime)
    {
        if (user is null or { IsDeleted: true })
            return Refused;
        if (user.SessionOf(sessionId) is not null)
            return Decision<User>.Nothing;
        var open = user.Sessions.Where(session => session.ExpiresAt > now).OrderBy(session => session.RefreshedAt).ToImmutableArray();
        var signedIn = user with { Sessions = open.Add(new(sessionId, 1, now, now + lifetime)) };
        return signedIn.Sessions.Length > MaxSessions ? signedIn.End(signedIn.Sessions[0].Id, now) : Introduced(signedIn);
    }

    /// <summary>
    /// A session goes on with new tokens. A refresh token is good once, and for a moment again. If it is used later, somebody may have a copy, so its
    /// session ends (RFC 9700, section 4.14.2).
    /// </summary>
    /// <param name="user">The user.</param>
    /// <param name="userId">Whose the token is.</param>
    /// <param name="sessionId">The session that it belongs to.</param>
    /// <param name="number">Which of the session's refresh tokens it is.</param>
    /// <param name="now">The time.</param>
    /// <param name="lifetime">How long it can be refreshed then.</param>
    public static Decision<User> Refresh(User? user, string userId, string sessionId, int number, DateTimeOffset now, TimeSpan lifetime)
    {
        if (user?.Id != userId || user.SessionOf(sessionId) is not { } session || session.ExpiresAt <= now)
            return Refused;
        if (number == session.RefreshNumber)
            return Introduced(user with { Sessions = user.Sessions.Replace(session, new(sessionId, number + 1, now, now + lifetime)) });
        return number == session.RefreshNumber - 1 && now - session.RefreshedAt < RefreshRepeat ? Decision<User>.Nothing : user.End(sessionId, now);
    }

    /// <summary>The user signs out of a session.</summary>
    public static Decision<User> SignOut(User? user, string userId, string sessionId, DateTimeOffset now) =>
        user?.Id == userId && user.SessionOf(sessionId) is not null ? user.End(sessionId, now) : Decision<User>.Nothing;

    /// <summary>The user signs out everywhere.</summary>
    public static Decision<User> SignOutEverywhere(User? user, string userId) => user?.Id == userId && !user.IsDeleted ? user.EndAll() : Decision<User>.Nothing;

    /// <summary>The user has another password, and every session ends.</summary>
    /// <param name="user">The user.</param>
    /// <param name="formerHash">The hash of the password that was checked.</param>
    /// <param name="hash">The new one's.</param>
    public static Decision<User> ChangePassword(User? user, string formerHash, string hash) =>
        user?.PasswordHash == formerHash ? (user with { PasswordHash = hash }).EndAll() : Decision<User>.Refuse(
            RefusalKind.Conflict, "The password was changed in the same moment. Sign in again.");

    /// <summary>A session that can be refreshed; null if there is none of this name.</summary>
    public Session? SessionOf(string sessionId) => Sessions.FirstOrDefault(session => session.Id == sessionId);

    private static Decision<User> Refused => Decision<User>.Refuse(RefusalKind.NotFound, "The session is over. Sign in again.");

    private Decision<User> End(string sessionId, DateTimeOffset now)
    {
        // A cookie of it lasts that long.
        var ended = EndedSessions.RemoveAll(session => session.Until <= now).Add(new(sessionId, now + ServiceDefaults.Sessions.CookieLifetime));
        return ended.Length > MaxEndedSessions ? EndAll() : Told(this with { Sessions = Sessions.RemoveAll(session => session.Id == sessionId), EndedSessions = ended });
    }

    private Decision<User> EndAll() => Told(this with { SessionEpoch = SessionEpoch + 1, Sessions = [], EndedSessions = [] });
}

/// <summary>A session that can be refreshed.</summary>
/// <param name="Id">Its name.</param>
/// <param name="RefreshNumber">Which of its refresh tokens is good.</param>
/// <param name="RefreshedAt">When that was issued.</param>
/// <param name="ExpiresAt">Until when it is.</param>
public sealed record Session(string Id, int RefreshNumber, DateTimeOffset RefreshedAt, DateTimeOffset ExpiresAt);

/// <summary>A session that has ended before its time.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Until">From when on there is nothing of it that would still be good.</param>
public sealed record EndedSession(string Id, DateTimeOffset Until);
