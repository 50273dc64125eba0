using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Completes the spans of requests by the semantic conventions of HTTP servers (1.23 and later): the framework says what came, this says what
/// came of it. The instrumentation package of ASP.NET Core, where it is used, says the same.
/// </summary>
internal static class RequestSpans
{
    /// <summary>To be called first, as what the others make of the answer counts.</summary>
    public static void UseRequestSpans(this WebApplication app)
    {
        if (app.Services.GetService<TracerProvider>() is not null)
            app.Use(CompleteAsync);
    }

    private static async Task CompleteAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } activity)
        {
            await next(context);
            return;
        }
        if (Health.IsProbe(context.Request.Path))
        {
            // Neither is it sent, nor what it causes: nobody asks what became of one of a million probes.
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            await next(context);
            return;
        }
        // Now, because the exception handler clears it.
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/');
        await next(context);
        Complete(activity, context, route);
    }

    private static void Complete(Activity activity, HttpContext context, string? route)
    {
        var method = activity.GetTagItem("http.request.method") is "_OTHER" ? "HTTP" : context.Request.Method;
        activity.DisplayName = route is null ? method : $"{method} {route}";
        activity.SetTag("http.route", route);
        var status = context.Response.StatusCode;
        activity.SetTag("http.response.status_code", status);
        // A 4xx is the caller's error, not the server's.
        if (status < StatusCodes.Status500InternalServerError)
            return;
        activity.SetTag("error.type", $"{status}");
        activity.SetStatus(ActivityStatusCode.Error);
    }
}
