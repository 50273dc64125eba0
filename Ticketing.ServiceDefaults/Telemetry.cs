using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Traces, metrics and logs, sent by OTLP to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; without it nothing is listened to, and it costs nothing.
/// The SDK reads the other <c>OTEL_…</c> variables (protocol, headers, sampler, intervals, resource) from the service's configuration.
/// </summary>
internal static class Telemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    // Not the database drivers': Ticketing.Documents has a span for each read and write that someone asked for, and none for those that only
    // look, every second, whether there is something to do.
    private static readonly string[] Sources = ["Ticketing.Messaging", "Ticketing.Documents", "System.Net.Http"];

    private static readonly string[] Meters = ["Ticketing.*", "System.Net.Http", "System.Runtime", "Npgsql"];

    /// <param name="builder">The service.</param>
    /// <param name="service">Its name as a resource, unless <c>OTEL_SERVICE_NAME</c> says otherwise.</param>
    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        builder.Logging.Configure(logging => logging.ActivityTrackingOptions = ActivityTrackingOptions.TraceId);
        // The SDK itself asks for OTEL_SDK_DISABLED in the environment only.
        if (builder.Configuration[Endpoint] is null or "" || builder.Configuration.GetValue<bool>("OTEL_SDK_DISABLED"))
            return;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(service, serviceVersion: Version)
                // Again, because what the environment says about the resource goes before what the code does.
                .AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(Sources).AddAspNetCoreInstrumentation(requests =>
            {
                requests.Filter = context => !Health.IsProbe(context.Request.Path);
                requests.EnrichWithHttpRequest = (span, _) => span.SetTag("url.query", null);
            }))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddAspNetCoreInstrumentation();
                if (builder.Configuration["OTEL_METRICS_EXEMPLAR_FILTER"] is null or "")
                    metrics.SetExemplarFilter(ExemplarFilterType.TraceBased);
            })
            .WithLogging(null, logging => logging.IncludeFormattedMessage = true)
            .UseOtlpExporter();
    }

    /// <summary>
    /// Sends what is left when everything else has stopped, all three signals at once. The SDK does it when the host is disposed, and waits 5 s
    /// for each of them, one after the other: a collector that does not answer would keep the service from ending for 15 s.
    /// </summary>
    public static void UseTelemetry(this WebApplication app)
    {
        if (app.Services.GetService<TracerProvider>() is not null)
            app.Lifetime.ApplicationStopped.Register(() => Flush(app.Services));
    }

    private static void Flush(IServiceProvider services)
    {
        var timeout = (int)FlushTimeout.TotalMilliseconds;
        Task.WaitAll(
            [
                Task.Run(() => services.GetRequiredService<TracerProvider>().Shutdown(timeout)),
                Task.Run(() => services.GetRequiredService<MeterProvider>().Shutdown(timeout)),
                Task.Run(() => services.GetRequiredService<LoggerProvider>().Shutdown(timeout)),
            ],
            FlushTimeout);
    }

    private static string? Version =>
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
