using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Documents;
using Ticketing.Messaging;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// <c>/alive</c>: the process answers. <c>/health</c>: what it depends on answers too, each by name, as far as <see cref="HealthProbe"/> knows. Without them a service is degraded,
/// not gone: it goes on by itself when they are back, and answers 503 with <c>Retry-After</c> itself where it cannot do without. So both answer 200:
/// taken out of a load balancer, all instances at once, it would only answer worse.
/// </summary>
internal static class Health
{
    private const string Ready = "/health";
    private const string Alive = "/alive";

    /// <summary>Under this name a check's data hold how long ago it ended (<see cref="TimeSpan"/>).</summary>
    public const string Age = "age";

    public static void AddHealth(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<HealthProbe>();
        services.AddHostedService(provider => provider.GetRequiredService<HealthProbe>());
        services.AddSingleton<HealthCheckService, ProbedHealthCheckService>();
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store", HealthStatus.Degraded);
    }

    public static void MapHealth(this WebApplication app)
    {
        var get = new HttpMethodMetadata([HttpMethods.Get]);
        app.MapHealthChecks(Ready, new() { ResponseWriter = WriteAsync }).WithMetadata(get).DisableHttpMetrics();
        app.MapHealthChecks(Alive, new() { ResponseWriter = WriteAsync, Predicate = _ => false }).WithMetadata(get).DisableHttpMetrics();
    }

    /// <summary>Whether a request only asks how the service is.</summary>
    public static bool IsProbe(PathString path) => path == Ready || path == Alive;

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var checks = report.Entries.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Name(entry.Value.Status)));
        var ages = report.Entries.Where(entry => entry.Value.Data.ContainsKey(Age))
            .Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Math.Round(((TimeSpan)entry.Value.Data[Age]).TotalSeconds, 3)));
        var answer = new JsonObject { ["status"] = Name(report.Status), ["checks"] = new JsonObject(checks) };
        // What a check says of itself. The text of an exception, such as a store's, is for the log.
        foreach (var said in report.Entries.Where(entry => entry.Value is { Exception: null, Description: not null })
            .ToLookup(entry => entry.Value.Status == HealthStatus.Healthy ? "notices" : "reasons"))
            answer[said.Key] = new JsonObject(said.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value.Description)));
        if (report.Entries.Count > 0)
            answer[Age] = new JsonObject(ages);
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
            // Left to end by itself where the service stops first: what interrupts it may wait for a server that is frozen.
            await database.PingAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }
}
