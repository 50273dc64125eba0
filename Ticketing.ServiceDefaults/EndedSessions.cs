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
    internal static readonly TimeSpan Kept = Sessions.CookieLifetime + TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly MemoryCache _accounts = new(new MemoryCacheOptions());

    // What must end with a session, by account.
    private readonly Dictionary<string, Action> _ends = [];

    /// <summary>Accounts tells which sessions of an account have ended.</summary>
    public void Take(AccountEvent account, DateTimeOffset at)
    {
        var left = at + Kept - time.GetUtcNow();
        var hasEndedAny = account is AccountDeleted || account.SessionEpoch > 0 || account.EndedSessions.Count > 0;
        if (left <= TimeSpan.Zero || !hasEndedAny)
            return;
        Action? end;
        lock (_lock)
        {
            if (_accounts.Get<AccountEvent>(account.Id) is not { } known || known.Version < account.Version)
                _accounts.Set(account.Id, account, left < Kept ? left : Kept);
            end = _ends.GetValueOrDefault(account.Id);
        }
        end?.Invoke();
    }

    /// <summary>Does something when a signed-in user's session ends, or at once if it has ended; until the answer is disposed.</summary>
    public IDisposable OnEnd(ClaimsPrincipal user, Action end)
    {
        var id = user.Id();
        lock (_lock)
            _ends[id] = _ends.GetValueOrDefault(id) + EndIfOver;
        EndIfOver();
        return new Registration(() =>
        {
            lock (_lock)
            {
                if (_ends[id] - EndIfOver is { } others)
                    _ends[id] = others;
                else
                    _ends.Remove(id);
            }
        });

        void EndIfOver()
        {
            if (Contain(user))
                end();
        }
    }

    /// <summary>Whether a signed-in user's session is one of them.</summary>
    public bool Contain(ClaimsPrincipal user) =>
        user.FindFirstValue(ClaimTypes.NameIdentifier) is { } id && _accounts.Get<AccountEvent>(id) is { } account
        && (account is AccountDeleted || user.SessionEpoch() < account.SessionEpoch || account.EndedSessions.Contains(user.SessionId()));

    /// <inheritdoc/>
    public void Dispose() => _accounts.Dispose();

    private sealed class Registration(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}

/// <summary>How a service hears which sessions have ended.</summary>
public static class EndedSessionsExtensions
{
    /// <summary>
    /// Every instance of the service hears of sessions that have ended, and no longer accepts their tokens and cookies. <c>account.created</c> tells of none.
    /// </summary>
    public static Service HearsOfEndedSessions(this Service service) => service
        .OnEveryInstance<AccountUpdated, EndedSessions>((sessions, account, at) => sessions.Take(account, at), EndedSessions.Kept)
        .OnEveryInstance<AccountDeleted, EndedSessions>((sessions, account, at) => sessions.Take(account, at), EndedSessions.Kept);
}
