using System.Text.Encodings.Web;
using Microsoft.Extensions.Options;
using Ticketing.ServiceDefaults;

namespace Ticketing.Activities;

/// <summary>A page on which operators read what the API tells. Anyone may load it: it has nothing in it but what to ask.</summary>
internal static class ActivityPage
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapActivityPage(this WebApplication app)
    {
        var dashboard = app.Services.GetRequiredService<IOptions<ActivityOptions>>().Value.DashboardUrl;
        var page = Read("activity.html").Replace("{dashboard}", HtmlEncoder.Default.Encode($"{dashboard}"), StringComparison.Ordinal);
        Map("/", "text/html; charset=utf-8", page);
        Map("/activity.css", "text/css; charset=utf-8", Read("activity.css"));
        Map("/activity.js", "text/javascript; charset=utf-8", Read("activity.js"));

        void Map(string path, string type, string content) => app.MapGet(path, (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            return TypedResults.Text(content, type);
        }).ExcludeFromDescription().AllowCaching();
    }

    private static string Read(string file)
    {
        using var reader = new StreamReader(typeof(ActivityPage).Assembly.GetManifestResourceStream(file)!);
        return reader.ReadToEnd();
    }
}
