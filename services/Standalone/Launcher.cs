using Ticketing.Standalone.Children;
using Ticketing.Standalone.Dashboards;
using Ticketing.Standalone.Kafka;
using Ticketing.Standalone.Stores;

namespace Ticketing.Standalone;

/// <summary>One run of the shop: the store, Kafka, then all services at once; up until it is asked to stop or something breaks.</summary>
internal sealed class Launcher(LauncherOptions options)
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    // Together with the broker's and the store's share this stays within the 10 s that an asked stop may take.
    private static readonly TimeSpan ServiceGrace = TimeSpan.FromSeconds(7);

    public async Task RunAsync(CancellationToken stop)
    {
        using var directory = RunLock.Take(options.RunDirectory);
        using var endpoints = new EndpointsFile(options.RunDirectory);
        var services = ServiceInstance.Plan(options.PortBase, options.Replicas);
        var dashboardPorts = options.Dashboard ? new DashboardPorts(options.PortBase, services.Max(service => service.Port)) : null;
        Ports.RequireFree([.. services.Select(service => (service.Port, service.Name)), .. dashboardPorts?.Uses ?? []]);

        // Disposed in reverse: the services still need the broker, the store and the dashboard while they stop.
        var log = new PrefixedLog(["broker", "postgres", Dashboard.Name, .. services.Select(service => service.Name)]);
        await using var dashboard = await Dashboard.StartAsync(dashboardPorts, log, stop);
        await using var store = await StoreChoice.OpenAsync(options, log, stop);
        await using var broker = await StartKafkaAsync(log, stop);
        await using var children = new ChildGroup(ServiceGrace);
        foreach (var service in services)
            children.Add(new ChildProcess(service.Program(options, broker, store, dashboard), log));

        var watch = new ChildWatch([.. dashboard.Children, .. store.Children, .. broker.Children, .. children]);
        await watch.WhileAllRunAsync(WaitUntilHealthyAsync(services, children, stop), stop);
        endpoints.Write(services, broker.BootstrapServers, dashboard.Url);
        EndpointsTable.Print(services, broker.BootstrapServers, dashboard.Url);
        await watch.WhileAllRunAsync(Task.Delay(Timeout.Infinite, stop), stop);
    }

    private async Task<IKafka> StartKafkaAsync(PrefixedLog log, CancellationToken stop) =>
        options.Kafka is { } servers ? await ExistingKafka.PrepareAsync(servers, stop) : await EmbeddedBroker.StartAsync(log, stop);

    private static async Task WaitUntilHealthyAsync(
        IReadOnlyList<ServiceInstance> services, IEnumerable<ChildProcess> children, CancellationToken stop)
    {
        using var health = new Health();
        var answers = await Task.WhenAll(services.Select(service => health.WaitAsync(service, StartPatience, stop)));
        var sick = children.Zip(answers, (child, answer) => (child, answer)).Where(one => one.answer is not null).ToList();
        if (sick.Count > 0)
            throw new LaunchException(string.Join('\n', sick.Select(one =>
                $"{one.child.Name} is not healthy after {StartPatience.TotalSeconds} s: {one.answer}{one.child.LastLines}")));
    }
}
