using System.Globalization;
using Ticketing.Standalone.Children;
using Ticketing.Standalone.Dashboards;
using Ticketing.Standalone.Kafka;
using Ticketing.Standalone.Stores;

namespace Ticketing.Standalone;

/// <summary>One process of a service and where it listens.</summary>
/// <param name="Service">The service.</param>
/// <param name="Number">Which of its instances, from 1.</param>
/// <param name="Project">The project that builds its program.</param>
/// <param name="Port">Its own port on the loopback interface.</param>
internal sealed record ServiceInstance(string Service, int Number, string Project, int Port)
{
    private static readonly string[] Projects = ["Accounts", "Tickets", "Orders", "Payments", "Expiration"];

    public static IEnumerable<string> Services => Projects.Select(project => project.ToLowerInvariant());

    /// <summary>What logs, errors and <c>endpoints.json</c> call it.</summary>
    public string Name => Number == 1 ? Service : $"{Service}-{Number}";

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>All of them: the first instances, whose ports depend on nothing but the base, then the others.</summary>
    public static IReadOnlyList<ServiceInstance> Plan(int portBase, IReadOnlyDictionary<string, int> replicas)
    {
        var services = Projects.Select(project => (Project: project, Name: project.ToLowerInvariant())).ToList();
        var further = services.SelectMany(service => Enumerable.Range(2, replicas.GetValueOrDefault(service.Name, 1) - 1), (service, number) => (service, number));
        return
        [
            .. services.Select(service => (service, number: 1)).Concat(further)
                .Select((one, index) => new ServiceInstance(one.service.Name, one.number, one.service.Project, portBase + 1 + index)),
        ];
    }

    public ChildProgram Program(LauncherOptions options, IKafka kafka, IStore store, Dashboard dashboard)
    {
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = Url,
            ["ConnectionStrings__kafka"] = kafka.BootstrapServers,
            ["DataProtection__KeyRing"] = Path.Combine(options.RunDirectory, "keys"),
            ["OTEL_SERVICE_NAME"] = Service,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={Number}",
            [StdinLifetime.Variable] = "true",
        };
        foreach (var (name, value) in store.ClientSettings)
            environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        foreach (var (name, value) in kafka.ClientSettings)
            environment.TryAdd(name.Replace(":", "__", StringComparison.Ordinal), value);
        foreach (var (name, value) in dashboard.ClientSettings)
            environment[name] = value;
        if (options.Hold is { } hold)
            environment["Orders__HoldDuration"] = hold.ToString("c", CultureInfo.InvariantCulture);
        return new ChildProgram(Name, Artifacts.Service(Project), [], environment);
    }
}
