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

    // Not the database drivers': Ticketing.Documents has a span for each read and write that someone asked for, and none for those that only
    // look, every second, whether there is something to do.
    private static readonly string[] Sources = ["Ticketing.Messaging", "Ticketing.Documents", "Microsoft.AspNetCore", "System.Net.Http"];

    private static readonly string[] Meters =
        ["Ticketing.Messaging", "Ticketing.Documents", "Microsoft.AspNetCore.*", "System.Net.Http", "System.Runtime", "Npgsql"];

    /// <param name="builder">The service.</param>
    /// <param name="service">Its name as a resource, unless <c>OTEL_SERVICE_NAME</c> says otherwise.</param>
    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        builder.Logging.Configure(logging => logging.ActivityTrackingOptions = ActivityTrackingOptions.TraceId);
        // The SDK itself asks for OTEL_SDK_DISABLED in the environment only.
        if (builder.Configuration[Endpoint] is null or "" || builder.Configuration.GetValue<bool>("OTEL_SDK_DISABLED"))
            return;
        // The framework names and describes a request's span by the semantic conventions itself; .NET 10 wants to be asked, .NET 11 does not.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        // Started first and so stopped last: nothing of the others' end is lost.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, TelemetryLifetime>());
        Configure(builder.Services.AddOpenTelemetry(), builder, service);
    }

    private static void Configure(IOpenTelemetryBuilder telemetry, WebApplicationBuilder builder, string service) => telemetry
        .ConfigureResource(resource => resource
            .AddService(service, serviceVersion: Version)
            // Again, because what the environment says about the resource goes before what the code does.
            .AddEnvironmentVariableDetector())
        .WithTracing(tracing => tracing.AddSource(Sources))
        .WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters);
            if (builder.Configuration["OTEL_METRICS_EXEMPLAR_FILTER"] is null or "")
                metrics.SetExemplarFilter(ExemplarFilterType.TraceBased);
        })
        .WithLogging(null, logging => logging.IncludeFormattedMessage = true)
        .UseOtlpExporter();

    private static string? Version =>
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
