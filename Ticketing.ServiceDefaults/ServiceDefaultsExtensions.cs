using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ticketing.Contracts;
using Ticketing.Logging;

namespace Ticketing.ServiceDefaults;

/// <summary>What every service gets, in one call before it is built and one after.</summary>
public static class ServiceDefaultsExtensions
{
    internal const int MaxBodySize = 64 * 1024;

    // What is still busy then is cut off: the events that were decided must still be told, and the service must end within 10 s.
    private static readonly TimeSpan ConnectionsTimeout = TimeSpan.FromSeconds(3);

    // Telemetry may take two more to be sent, and clients of a frozen broker a little to be disposed of.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(6);

    /// <summary>Adds telemetry, logs on Kafka, the store, authentication, problem details, health checks and OpenAPI.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="service">Its name; what it keeps in a store is kept under it.</param>
    /// <param name="issuesSessions">Whether this service signs users in; the others only recognise them.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string service, bool issuesSessions = false)
    {
        // The weakest source: every other one can say otherwise.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                // One line each, with the trace that it belongs to.
                ["Logging:Console:FormatterName"] = "simple",
                ["Logging:Console:FormatterOptions:SingleLine"] = "true",
                ["Logging:Console:FormatterOptions:IncludeScopes"] = "true",
                ["Logging:Console:FormatterOptions:TimestampFormat"] = "HH:mm:ss.fff ",
                ["Logging:Console:FormatterOptions:UseUtcTimestamp"] = "true",
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
                ["Logging:LogLevel:MongoDB"] = "Warning",
            },
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MaxBodySize;
            kestrel.AddServerHeader = false;
            kestrel.CutOffConnections();
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            // 2 and not "2", as the OpenAPI documents say.
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
            json.SerializerOptions.Converters.Add(new UtcJsonConverter());
            json.SerializerOptions.Converters.Add(new ExactDecimal());
            // A field that is not read, or read over, would be a wish that nobody hears.
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.AllowDuplicateProperties = false;
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddHttpRules();
        FieldNames.AddTo(builder.Services);
        builder.Services.AddExceptionHandler<Errors>();
        builder.Services.AddOpenApi(api => api.Describe(service, builder.Environment));
        builder.AddTelemetry(service);
        builder.AddKafkaLogs(service);
        builder.AddDocumentDatabase(service);
        builder.AddForwardedHeaders();
        builder.AddSessions(issuesSessions);
        builder.AddHealth();
        return builder;
    }

    /// <summary>Maps <c>/health</c>, <c>/alive</c>, <c>/openapi/v1.json</c> and in development <c>/scalar</c>, and turns errors into problem details.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseTelemetry();
        app.UseResponseHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRoutesAndOrigins();
        app.UseSessions();
        app.UseNegotiation();
        app.MapOpenApi();
        app.MapApiPage();
        app.MapHealth();
        app.MapOperators();
        return app;
    }

    /// <summary>Kestrel waits for its connections as long as the whole stop may take, and is stopped first.</summary>
    private static void CutOffConnections(this KestrelServerOptions kestrel)
    {
        var cut = new CancellationTokenSource();
        kestrel.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => cut.CancelAfter(ConnectionsTimeout));
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => async connection =>
        {
            using var cutting = cut.Token.Register(connection.Abort);
            await next(connection);
        }));
    }
}
