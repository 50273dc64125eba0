using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Which web pages may call: those of the service's own origin, and of those that <c>Cors:Origins</c> lists. Another page can neither read an answer (CORS)
/// nor change anything with its visitor's cookie. .NET 10 has no check of <c>Sec-Fetch-Site</c> of its own.
/// </summary>
internal static class Origins
{
    private static readonly TimeSpan PreflightMaxAge = TimeSpan.FromMinutes(10);

    public static void AddOrigins(this WebApplicationBuilder builder)
    {
        var origins = Configured(builder.Configuration);
        if (Array.Find(origins, origin => !IsOrigin(origin)) is { } wrong)
            throw new InvalidOperationException($"Cors:Origins has '{wrong}'; each must be an origin such as https://shop.example, without a path.");
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(origins).AllowCredentials().AllowAnyHeader().AllowAnyMethod().SetPreflightMaxAge(PreflightMaxAge)
            .WithExposedHeaders(HeaderNames.ETag, HeaderNames.Link, HeaderNames.Location, HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate)));
    }

    public static void UseOrigins(this WebApplication app)
    {
        var origins = Configured(app.Configuration);
        if (origins.Length > 0)
            app.UseCors();
        var cookie = Sessions.CookieName(app.Environment);
        app.Use((context, next) => IsForeignChange(context.Request, cookie, origins)
            ? TypedResults.Problem("A page of another origin cannot change anything with the session cookie.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context)
            : next(context));
    }

    private static bool IsForeignChange(HttpRequest request, string cookie, string[] origins)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsOptions(request.Method) || !request.Cookies.ContainsKey(cookie)
            || !StringValues.IsNullOrEmpty(request.Headers.Authorization))
        {
            return false;
        }
        var origin = request.Headers.Origin.ToString();
        if (origins.Contains(origin, StringComparer.OrdinalIgnoreCase))
            return false;
        return request.Headers["Sec-Fetch-Site"].ToString() switch
        {
            "same-origin" or "none" => false,
            // A browser of before 2023, or no browser, which sends neither. What is in front may speak TLS, so only the host is compared.
            "" => origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)),
            _ => true,
        };
    }

    private static string[] Configured(IConfiguration configuration) => configuration.GetSection("Cors:Origins").Get<string[]>() ?? [];

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text;
}
