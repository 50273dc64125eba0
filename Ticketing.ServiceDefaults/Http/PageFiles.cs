using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Ticketing.ServiceDefaults;

/// <summary>Pages of services: files that are embedded in the program, with nothing from elsewhere.</summary>
public static class PageFiles
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Serves <c>NAME.html</c> at <c>/</c>, and its <c>NAME.css</c> and <c>NAME.js</c>. Anyone may load them.</summary>
    /// <typeparam name="T">A type of the assembly that has them as resources.</typeparam>
    /// <param name="app">The application.</param>
    /// <param name="name">What the files are called.</param>
    /// <param name="fill">Fills in what the HTML leaves open.</param>
    public static void MapPage<T>(this WebApplication app, string name, Func<string, string>? fill = null)
    {
        var html = Read("html");
        Map("/", "text/html", fill?.Invoke(html) ?? html);
        Map($"/{name}.css", "text/css", Read("css"));
        Map($"/{name}.js", "text/javascript", Read("js"));

        string Read(string kind)
        {
            using var reader = new StreamReader(typeof(T).Assembly.GetManifestResourceStream($"{name}.{kind}")!);
            return reader.ReadToEnd();
        }

        void Map(string path, string type, string content) => app.MapGet(path, (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            return TypedResults.Text(content, $"{type}; charset=utf-8");
        }).ExcludeFromDescription().AllowCaching();
    }
}
