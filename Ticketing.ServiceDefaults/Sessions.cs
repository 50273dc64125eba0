using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Who calls: a bearer token or a session cookie, both protected by the key ring that all services share
/// (<c>DataProtection:KeyRing</c>, a folder; the framework's own place if not set).
/// </summary>
public static class Sessions
{
    /// <summary>How long a session lasts.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(1);

    internal const string CookieName = "session";

    private const string TokenOrCookie = "TokenOrCookie";

    /// <summary>The signed-in user's id.</summary>
    public static string Id(this ClaimsPrincipal user) =>
        user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("The endpoint does not require a user.");

    internal static void AddSessions(this WebApplicationBuilder builder, bool issuesSessions)
    {
        var keys = builder.Services.AddDataProtection().SetApplicationName("Ticketing");
        if (builder.Configuration["DataProtection:KeyRing"] is { Length: > 0 } folder)
            keys.PersistKeysToFileSystem(new DirectoryInfo(folder));
        // One service makes the keys: where several start on an empty ring, each would make its own and not know the others'.
        if (!issuesSessions)
            keys.DisableAutomaticKeyGeneration();

        builder.Services.AddAuthentication(TokenOrCookie)
            .AddPolicyScheme(TokenOrCookie, null, scheme => scheme.ForwardDefaultSelector = context =>
                string.IsNullOrEmpty(context.Request.Headers.Authorization)
                    ? CookieAuthenticationDefaults.AuthenticationScheme
                    : BearerTokenDefaults.AuthenticationScheme)
            .AddBearerToken(token => token.BearerTokenExpiration = Lifetime)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = CookieName;
                cookie.Cookie.HttpOnly = true;
                // The cookie is never sent along from another site's page, so no page can order in its visitor's name.
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.ExpireTimeSpan = Lifetime;
                cookie.SlidingExpiration = false;
                // An API answers; it does not send its callers to a page.
                cookie.Events.OnRedirectToLogin = context => Answer(context.HttpContext, StatusCodes.Status401Unauthorized);
                cookie.Events.OnRedirectToAccessDenied = context => Answer(context.HttpContext, StatusCodes.Status403Forbidden);
            });
        builder.Services.AddAuthorization();
    }

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
