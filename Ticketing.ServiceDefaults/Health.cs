using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Documents;
using Ticketing.Messaging;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// <c>/alive</c>: the process answers. <c>/health</c>: what it depends on answers too, each by name. Without them a service is degraded,
/// not gone: it goes on by itself when they are back, and answers 503 with <c>Retry-After</c> itself where it cannot do without. So both answer 200:
/// taken out of a load balancer, all instances at once, it would only answer worse.
/// </summary>
internal static class Health
{
    private const string Ready = "/health";
    private const string Alive = "/alive";

    public static void AddHealth(this WebApplicationBuilder builder) =>
        builder.Services.AddHealthChecks().AddCheck<StoreHealthCheck>("store", HealthStatus.Degraded);

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks(Ready, new() { ResponseWriter = WriteAsync }).DisableHttpMetrics();
        app.MapHealthChecks(Alive, new() { ResponseWriter = WriteAsync, Predicate = _ => false }).DisableHttpMetrics();
    }

    /// <summary>Whether a request only asks how the service is.</summary>
    public static bool IsProbe(PathString path) => path == Ready || path == Alive;

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var checks = report.Entries.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Name(entry.Value.Status)));
        var answer = new JsonObject { ["status"] = Name(report.Status), ["checks"] = new JsonObject(checks) };
        if (context.RequestServices.GetService<InFlight>() is { } inFlight)
            answer["outbox"] = inFlight.Outbox;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(answer.ToJsonString());
    }

    private static string Name(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };

    private sealed class StoreHealthCheck(IDocumentDatabase database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await database.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }
}
