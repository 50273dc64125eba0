using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Who calls: a bearer token or a session cookie, both protected by the key ring that all services share
/// (<c>DataProtection:KeyRing</c>, a folder; the framework's own place if not set).
/// </summary>
public static class Sessions
{
    /// <summary>The claim that names the session (OpenID Connect Front-Channel Logout 1.0, section 3).</summary>
    public const string SessionIdClaim = "sid";

    /// <summary>The claim that says which <see cref="Contracts.AccountEvent.SessionEpoch"/> the session belongs to.</summary>
    public const string SessionEpochClaim = "session_epoch";

    private const string TokenOrCookie = "TokenOrCookie";

    /// <summary>How long a cookie lasts.</summary>
    public static TimeSpan CookieLifetime { get; } = TimeSpan.FromHours(1);

    /// <summary>The signed-in user's id.</summary>
    public static string Id(this ClaimsPrincipal user) =>
        user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("The endpoint does not require a user.");

    /// <summary>The session that the token or the cookie belongs to; empty for one of before sessions had names.</summary>
    public static string SessionId(this ClaimsPrincipal user) => user.FindFirstValue(SessionIdClaim) ?? "";

    /// <summary>The epoch that the session belongs to.</summary>
    public static long SessionEpoch(this ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(SessionEpochClaim), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch : 0;

    /// <summary>
    /// The cookie's name. Browsers take one that begins with <c>__Host-</c> only over HTTPS and from the very host (RFC 6265bis, section 4.1.3.2). In
    /// development there is no HTTPS.
    /// </summary>
    internal static string CookieName(IHostEnvironment environment) => environment.IsDevelopment() ? "session" : "__Host-session";

    internal static void AddSessions(this WebApplicationBuilder builder, bool issuesSessions)
    {
        var keys = builder.Services.AddDataProtection().SetApplicationName("Ticketing");
        if (builder.Configuration["DataProtection:KeyRing"] is { Length: > 0 } folder)
            keys.PersistKeysToFileSystem(new DirectoryInfo(folder));
        // One service makes the keys: where several start on an empty ring, each would make its own and not know the others'.
        if (!issuesSessions)
            keys.DisableAutomaticKeyGeneration();

        builder.Services.AddSingleton<EndedSessions>();
        builder.Services.AddAuthentication(TokenOrCookie)
            .AddPolicyScheme(TokenOrCookie, null, scheme => scheme.ForwardDefaultSelector = context =>
                string.IsNullOrEmpty(context.Request.Headers.Authorization)
                    ? CookieAuthenticationDefaults.AuthenticationScheme
                    : BearerTokenDefaults.AuthenticationScheme)
            .AddBearerToken()
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = CookieName(builder.Environment);
                cookie.Cookie.HttpOnly = true;
                // Whatever is in front speaks TLS with the browser, whether it says so or not.
                cookie.Cookie.SecurePolicy = builder.Environment.IsDevelopment() ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
                // The cookie is never sent along from another site's page, so no page can order in its visitor's name.
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.ExpireTimeSpan = CookieLifetime;
                cookie.SlidingExpiration = false;
                // An API answers; it does not send its callers to a page.
                cookie.Events.OnRedirectToLogin = context => Answer(context.HttpContext, StatusCodes.Status401Unauthorized);
                cookie.Events.OnRedirectToAccessDenied = context => Answer(context.HttpContext, StatusCodes.Status403Forbidden);
            });
        builder.AddRoles();
    }

    /// <summary>A caller whose session has ended is anonymous.</summary>
    internal static void UseSessions(this WebApplication app)
    {
        app.UseAuthentication();
        var ended = app.Services.GetRequiredService<EndedSessions>();
        app.Use((context, next) =>
        {
            if (ended.Contain(context.User))
                context.User = new();
            return next(context);
        });
        app.UseAuthorization();
    }

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
