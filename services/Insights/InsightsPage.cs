using Ticketing.ServiceDefaults;

namespace Ticketing.Insights;

/// <summary>A page with plots of what the API tells. Anyone may load it: it has nothing in it but what to ask.</summary>
internal static class InsightsPage
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapInsightsPage(this WebApplication app)
    {
        Map("/", "text/html; charset=utf-8", "insights.html");
        Map("/insights.css", "text/css; charset=utf-8", "insights.css");
        Map("/insights.js", "text/javascript; charset=utf-8", "insights.js");

        void Map(string path, string type, string file)
        {
            using var reader = new StreamReader(typeof(InsightsPage).Assembly.GetManifestResourceStream(file)!);
            var content = reader.ReadToEnd();
            app.MapGet(path, (HttpContext http) =>
            {
                http.Response.Headers.ContentSecurityPolicy = Policy;
                return TypedResults.Text(content, type);
            }).ExcludeFromDescription().AllowCaching();
        }
    }
}
