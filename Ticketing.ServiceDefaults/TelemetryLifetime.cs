using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Begins to listen when the service starts, and sends what is left when it stops: all three signals at once and within a time of its own,
/// because a collector that does not answer must not keep the service from ending.
/// </summary>
internal sealed class TelemetryLifetime(TracerProvider traces, MeterProvider metrics, LoggerProvider logs) : IHostedService
{
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    // That the providers are made is the start.
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var timeout = (int)FlushTimeout.TotalMilliseconds;
        var flushed = Task.WhenAll(
            Task.Run(() => traces.Shutdown(timeout), CancellationToken.None),
            Task.Run(() => metrics.Shutdown(timeout), CancellationToken.None),
            Task.Run(() => logs.Shutdown(timeout), CancellationToken.None));
        await Task.WhenAny(flushed, Task.Delay(FlushTimeout, cancellationToken));
    }
}
