using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>Makes what a session is shown with: a cookie for browsers; an access token, and a refresh token for the next one, for everyone else.</summary>
public sealed class SessionTokens(IOptionsMonitor<BearerTokenOptions> bearer, IOptions<AccountOptions> options, UserRoles roles, TimeProvider time)
{
    private const string RefreshNumberClaim = "refresh_number";

    private readonly BearerTokenOptions _bearer = bearer.Get(BearerTokenDefaults.AuthenticationScheme);
    private readonly TimeSpan _accessLifetime = options.Value.AccessTokenLifetime;

    /// <summary>Sets the cookie, and makes the answer with the tokens in it.</summary>
    public async Task<SessionResponse> ShowAsync(HttpContext http, User user, Session session)
    {
        var may = roles.Of(user);
        Claim[] claims =
        [
            new(ClaimTypes.NameIdentifier, user.Id), new(ClaimTypes.Email, user.Email), new(Sessions.SessionIdClaim, session.Id),
            new(Sessions.SessionEpochClaim, user.SessionEpoch.ToString(CultureInfo.InvariantCulture)),
            .. may.Select(role => new Claim(ClaimTypes.Role, role)),
        ];
        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, Principal(claims));
        // The scheme's own protectors, as its SignIn would use them; that would also write a body of its own.
        var access = _bearer.BearerTokenProtector.Protect(Ticket(claims, "AccessToken", time.GetUtcNow() + _accessLifetime));
        var refresh = _bearer.RefreshTokenProtector.Protect(Ticket(
            [.. claims, new(RefreshNumberClaim, session.RefreshNumber.ToString(CultureInfo.InvariantCulture))], "RefreshToken", session.ExpiresAt));
        return new SessionResponse(user.Id, user.Email, access, "Bearer", (int)_accessLifetime.TotalSeconds, refresh, may);
    }

    /// <summary>Who a refresh token belongs to, and which of the session's it is; null if it is none of ours, or too old.</summary>
    public (ClaimsPrincipal User, int Number)? ReadRefreshToken(string token) =>
        _bearer.RefreshTokenProtector.Unprotect(token) is { Properties.ExpiresUtc: { } expires, Principal: var user } && time.GetUtcNow() < expires
        && int.TryParse(user.FindFirstValue(RefreshNumberClaim), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (user, number) : null;

    private static AuthenticationTicket Ticket(Claim[] claims, string use, DateTimeOffset expires) => new(
        Principal(claims), new AuthenticationProperties { ExpiresUtc = expires }, $"{BearerTokenDefaults.AuthenticationScheme}:{use}");

    private static ClaimsPrincipal Principal(Claim[] claims) => new(new ClaimsIdentity(claims, BearerTokenDefaults.AuthenticationScheme));
}
