using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Ticketing.Documents;
using Ticketing.ServiceDefaults;

namespace Ticketing.UnitTests.Telemetry;

/// <summary>A service with nothing but the defaults and a few calls, and what it would export.</summary>
internal sealed class ObservedService : IAsyncDisposable
{
    private const string Last = "/things/last";

    // As if each request read a document.
    private static readonly ActivitySource Caused = new(DocumentTelemetry.Name);

    private readonly WebApplication _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
    private readonly Kept _kept = new();

    private ObservedService(IEnumerable<(string Name, string Value)> settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        foreach (var (name, value) in settings)
            builder.Configuration[name] = value;
        builder.Logging.AddProvider(new Lines(Log));
        builder.AddServiceDefaults("observed");
        builder.Services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddProcessor(_kept));
        _app = builder.Build();
        _app.UseServiceDefaults();
        _app.Use(async (context, next) =>
        {
            using var caused = Caused.StartActivity(context.Request.Path);
            await next();
        });
        _app.MapGet("/things/{id}", (string id) => id);
        _app.MapGet("/numbers/{number}", (int number) => number);
        _app.MapGet("/away", IResult () => throw new StoreUnavailableException("as the test wants"));
        _app.MapGet("/broken", IResult () => throw new InvalidOperationException("as the test wants"));
    }

    /// <summary>What it logs.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public TracerProvider? Traces => _app.Services.GetService<TracerProvider>();

    public bool HasFlushed => _kept.IsShutDown;

    public static async Task<ObservedService> StartAsync(params (string Name, string Value)[] settings)
    {
        var service = new ObservedService(settings);
        await service._app.StartAsync();
        return service;
    }

    /// <summary>The span of one call.</summary>
    public async Task<Activity> CallAsync(string path, string method = "GET") => (await SpansAsync(path, method))[^1];

    /// <summary>All spans of one call: of what it causes, and its own.</summary>
    public async Task<IReadOnlyList<Activity>> SpansAsync(string path, string method = "GET")
    {
        _kept.Spans.Clear();
        using var request = new HttpRequestMessage(new(method), new Uri(new Uri(_app.Urls.First()), path));
        (await _http.SendAsync(request)).Dispose();
        // The span ends after the answer is sent; a second call's end follows the first's only on the same connection.
        await _http.GetAsync(new Uri(new Uri(_app.Urls.First()), Last));
        return [.. _kept.Spans.Where(span => span.DisplayName != Last && !Equals(span.GetTagItem("url.path"), Last))];
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>Takes what an exporter would take.</summary>
    private sealed class Kept : BaseProcessor<Activity>
    {
        public ConcurrentQueue<Activity> Spans { get; } = new();

        public bool IsShutDown { get; private set; }

        public override void OnEnd(Activity data)
        {
            if (data.Recorded)
                Spans.Enqueue(data);
        }

        protected override bool OnShutdown(int timeoutMilliseconds) => IsShutDown = true;
    }
}
