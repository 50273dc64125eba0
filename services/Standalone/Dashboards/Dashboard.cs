using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Dashboards;

/// <summary>The launcher's side of the Aspire dashboard: its guard, which is a child process, and what the services are told. Or none.</summary>
internal sealed class Dashboard : IAsyncDisposable
{
    public const string Name = "dashboard";

    // The first start of a version unpacks some hundred megabytes.
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    // It has nothing to lose, so its guard needs no more than to end it.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(0.5);

    private Dashboard()
    {
    }

    private Dashboard(ChildProcess guard, DashboardPorts ports)
    {
        Children = [guard];
        Url = ports.Frontend;
        ClientSettings = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = ports.Grpc,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
            // In milliseconds: someone is looking.
            ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        };
    }

    /// <summary>Its pages.</summary>
    public string? Url { get; }

    /// <summary>The services' environment variables.</summary>
    public IReadOnlyDictionary<string, string> ClientSettings { get; } = new Dictionary<string, string>();

    public IReadOnlyList<ChildProcess> Children { get; } = [];

    /// <param name="ports">Null: nobody wants one.</param>
    /// <param name="log">Takes its errors.</param>
    /// <param name="stop">Ends the wait until it serves.</param>
    public static async Task<Dashboard> StartAsync(DashboardPorts? ports, PrefixedLog log, CancellationToken stop)
    {
        if (ports is null)
            return new Dashboard();
        string[] arguments = [DashboardProgram.Command, DashboardInstallation.Find(), ports.Frontend, ports.Grpc, ports.Http];
        var program = new ChildProgram(Name, Artifacts.Launcher, arguments, new Dictionary<string, string>());
        var (guard, _) = await ReadyChild.StartAsync(program, log, StartPatience, StopGrace, stop);
        return new Dashboard(guard, ports);
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(Children.Select(child => child.StopAsync(StopGrace)));
}
