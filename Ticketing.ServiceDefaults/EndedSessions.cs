using System.Security.Claims;
using Microsoft.Extensions.Caching.Memory;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// The sessions that have ended before their time, as Accounts tells them on its topic. A token or a cookie is valid until it expires or its session
/// is among these, so nothing has to be kept for longer than a cookie lasts.
/// </summary>
public sealed class EndedSessions(TimeProvider time) : IDisposable
{
    // Clocks of hosts differ a little.
    private static readonly TimeSpan Kept = Sessions.CookieLifetime + TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly MemoryCache _accounts = new(new MemoryCacheOptions());

    /// <summary>Accounts tells which sessions of an account have ended.</summary>
    public void Take(AccountEvent account, DateTimeOffset at)
    {
        var left = at + Kept - time.GetUtcNow();
        if (left <= TimeSpan.Zero)
            return;
        lock (_lock)
            if (_accounts.Get<AccountEvent>(account.Id) is not { } known || known.Version < account.Version)
                _accounts.Set(account.Id, account, left < Kept ? left : Kept);
    }

    /// <summary>Whether a signed-in user's session is one of them.</summary>
    public bool Contain(ClaimsPrincipal user) =>
        user.FindFirstValue(ClaimTypes.NameIdentifier) is { } id && _accounts.Get<AccountEvent>(id) is { } account
        && (account is AccountDeleted || user.SessionEpoch() < account.SessionEpoch || account.EndedSessions.Contains(user.SessionId()));

    /// <inheritdoc/>
    public void Dispose() => _accounts.Dispose();
}

/// <summary>How a service hears which sessions have ended.</summary>
public static class EndedSessionsExtensions
{
    /// <summary>Every instance of the service hears of sessions that have ended, and no longer accepts their tokens and cookies.</summary>
    public static Service HearsOfEndedSessions(this Service service) => service
        .OnEveryInstance<AccountUpdated, EndedSessions>((sessions, account, at) => sessions.Take(account, at))
        .OnEveryInstance<AccountDeleted, EndedSessions>((sessions, account, at) => sessions.Take(account, at));
}
