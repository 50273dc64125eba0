using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ticketing.AppHost;

/// <summary>
/// Whether a service says that it and all that it depends on are healthy. Its status code does not tell: without its broker or store, a
/// service is degraded and still answers 200.
/// </summary>
internal sealed class ServiceHealth(ProjectResource service) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // A proxy of the environment has no business on this machine.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };

    /// <returns>The name of the check.</returns>
    public static string AddTo(IServiceCollection services, ProjectResource service)
    {
        var name = $"{service.Name}-health";
        services.AddHealthChecks().Add(new HealthCheckRegistration(name, new ServiceHealth(service), HealthStatus.Unhealthy, null));
        return name;
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var url = new Uri(new Uri(service.GetEndpoint("http").Url), "/health");
        // A service that starts is asked again within one check, because Aspire asks again only after a second, then two, then three.
        for (var started = TimeProvider.System.GetTimestamp(); ; await Task.Delay(Pause, cancellationToken))
        {
            var result = await AskAsync(url, cancellationToken);
            if (result.Status == HealthStatus.Healthy || TimeProvider.System.GetElapsedTime(started) > Patience)
                return result;
        }
    }

    private static async Task<HealthCheckResult> AskAsync(Uri url, CancellationToken cancellation)
    {
        try
        {
            var answer = await Http.GetStringAsync(url, cancellation);
            using var health = JsonDocument.Parse(answer);
            return health.RootElement.GetProperty("status").GetString() switch
            {
                "healthy" => HealthCheckResult.Healthy(),
                "degraded" => HealthCheckResult.Degraded(answer),
                _ => HealthCheckResult.Unhealthy(answer),
            };
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            return HealthCheckResult.Unhealthy($"{url}: {e.Message}");
        }
    }
}
