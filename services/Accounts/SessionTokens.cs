using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using Ticketing.ServiceDefaults;

namespace Ticketing.Accounts;

/// <summary>Makes the two forms of a session: a cookie for browsers, and a bearer token for everyone else.</summary>
public sealed class SessionTokens(IOptionsMonitor<BearerTokenOptions> options, TimeProvider time)
{
    /// <summary>Sets the cookie, and makes the answer with the token in it.</summary>
    public async Task<SessionResponse> SignInAsync(HttpContext http, User user)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, user.Id), new(ClaimTypes.Email, user.Email)], BearerTokenDefaults.AuthenticationScheme));
        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, principal);

        // The scheme's own protector, as its SignIn would use it; that would also write a body of its own.
        var properties = new AuthenticationProperties { ExpiresUtc = time.GetUtcNow() + Sessions.Lifetime };
        var ticket = new AuthenticationTicket(principal, properties, $"{BearerTokenDefaults.AuthenticationScheme}:AccessToken");
        var token = options.Get(BearerTokenDefaults.AuthenticationScheme).BearerTokenProtector.Protect(ticket);
        return new SessionResponse(user.Id, user.Email, token, "Bearer", (int)Sessions.Lifetime.TotalSeconds);
    }
}
