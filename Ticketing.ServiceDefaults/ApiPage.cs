using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Scalar.AspNetCore;

namespace Ticketing.ServiceDefaults;

/// <summary>A page on which developers read what a service does, and try it: <c>/scalar</c>. It needs nothing from other hosts.</summary>
internal static class ApiPage
{
    public static void MapApiPage(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
            return;
        app.MapScalarApiReference("/scalar", (page, http) =>
        {
            page.WithTitle(app.Environment.ApplicationName).WithNonce().DisableTelemetry().DisableAgent().DisableMcp().DisableDefaultFonts().HideClientButton();
            page.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            // The page makes its nonce after this.
            http.Response.OnStarting(static state =>
            {
                var http = (HttpContext)state;
                if (http.Items[ScalarOptions.NonceHttpContextItemKey] is { } nonce)
                {
                    http.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'unsafe-inline'; "
                        + "img-src 'self' data:; font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
                }
                return Task.CompletedTask;
            }, http);
        });
    }
}
