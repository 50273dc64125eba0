using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ticketing.AppHost;

/// <summary>
/// From the start until everything is healthy, and the order of the stop. <c>endpoints.json</c> says what listens where, for scripts and
/// tests. It appears when everything is healthy, and whole, so whoever waits for the file needs no other sign.
/// </summary>
internal sealed class ShopRun(
    Options options, IResourceBuilder<IResourceWithConnectionString> kafka, IReadOnlyList<string> reasons, DistributedApplicationModel model, ResourceNotificationService resources,
    ResourceCommandService commands, IConfiguration settings, IHostApplicationLifetime application, ILogger<ShopRun> log) : BackgroundService
{
    // A service may take ten seconds for its stop.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(30);

    private readonly string _endpoints = Path.Combine(options.RunDirectory, "endpoints.json");
    // The services, and the Stripe simulator if there is one.
    private readonly ProjectResource[] _programs = [.. model.Resources.OfType<ProjectResource>()];

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        File.Delete(_endpoints);
        foreach (var reason in reasons)
            log.LogInformation("{Reason}", reason);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Services stop before what they need to stop well: the broker, the store, the Stripe simulator and the dashboard.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        File.Delete(_endpoints);
        await base.StopAsync(cancellationToken);
        var stopped = Task.WhenAll(_programs.Where(program => program.Name != PaymentGateway.Simulator).Select(service => StopAsync(service, cancellationToken)));
        await stopped.WaitAsync(StopPatience, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // The command itself looks only now and then whether the service has ended.
    private async Task StopAsync(ProjectResource service, CancellationToken cancellation)
    {
        if (!resources.TryGetCurrentState(service.Name, out var now) || now.Snapshot.State?.Text != KnownResourceStates.Running)
            return;
        _ = commands.ExecuteCommandAsync(service, KnownResourceCommands.StopCommand, cancellation);
        await resources.WaitForResourceAsync(service.Name, KnownResourceStates.TerminalStates, cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WaitUntilHealthyAsync(stoppingToken);
        }
        catch (DistributedApplicationException failed)
        {
            log.LogError("The shop does not start: {Reason}", failed.Message);
            Environment.ExitCode = 1;
            application.StopApplication();
            return;
        }
        await AnnounceAsync(stoppingToken);
        await foreach (var changed in resources.WatchAsync(stoppingToken))
            if (changed.Resource is ProjectResource && changed.Snapshot is { ExitCode: not (null or 0) } ended && KnownResourceStates.TerminalStates.Contains(ended.State?.Text))
                log.LogError("{Program} ended with exit code {ExitCode}. It can be started again in the dashboard.", changed.Resource.Name, ended.ExitCode);
    }

    private async Task WaitUntilHealthyAsync(CancellationToken cancellation)
    {
        var healthy = Task.WhenAll(_programs.Select(program =>
            resources.WaitForResourceHealthyAsync(program.Name, WaitBehavior.StopOnResourceUnavailable, cancellation)));
        // A broker or a store that does not answer keeps services waiting, not from starting.
        while (await Task.WhenAny(healthy, Task.Delay(ReportPeriod, cancellation)) != healthy)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var program in _programs)
                if (resources.TryGetCurrentState(program.Name, out var now) && now.Snapshot.HealthStatus != HealthStatus.Healthy)
                    log.LogWarning("{Program} is not healthy yet: {Report}", program.Name, now.Snapshot.HealthReports.FirstOrDefault()?.Description ?? now.Snapshot.State?.Text);
        }
        await healthy;
    }

    private async Task AnnounceAsync(CancellationToken cancellation)
    {
        var endpoints = new JsonObject();
        foreach (var program in _programs)
            endpoints[program.Name] = program.GetEndpoint("http").Url.Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        endpoints["kafka"] = await kafka.Resource.GetConnectionStringAsync(cancellation);
        if (options.Dashboard)
            endpoints["dashboard"] = $"{settings["ASPNETCORE_URLS"]}/login?t={settings["AppHost:BrowserToken"]}";
        foreach (var (name, url) in endpoints)
            log.LogInformation("{Name}: {Url}", name, url);

        var unfinished = $"{_endpoints}.{Environment.ProcessId}";
        await File.WriteAllTextAsync(unfinished, endpoints.ToJsonString() + "\n", cancellation);
        File.Move(unfinished, _endpoints, overwrite: true);
        log.LogInformation("Everything is healthy.");
    }
}
