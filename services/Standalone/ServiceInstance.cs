using System.Globalization;
using Ticketing.Standalone.Children;
using Ticketing.Standalone.Kafka;
using Ticketing.Standalone.Stores;

namespace Ticketing.Standalone;

/// <summary>One process of a service and where it listens.</summary>
/// <param name="Name">What logs, errors and <c>endpoints.json</c> call it.</param>
/// <param name="Project">The project that builds its program.</param>
/// <param name="Port">Its own port on the loopback interface.</param>
internal sealed record ServiceInstance(string Name, string Project, int Port)
{
    private static readonly string[] Projects = ["Accounts", "Tickets", "Orders", "Payments", "Expiration"];

    public static int Count => Projects.Length;

    public string Url => $"http://127.0.0.1:{Port}";

    public static IReadOnlyList<ServiceInstance> Plan(int portBase) =>
        [.. Projects.Select((project, index) => new ServiceInstance(project.ToLowerInvariant(), project, portBase + 1 + index))];

    public ChildProgram Program(LauncherOptions options, IKafka kafka, IStore store)
    {
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = Url,
            ["ConnectionStrings__kafka"] = kafka.BootstrapServers,
            ["DataProtection__KeyRing"] = Path.Combine(options.RunDirectory, "keys"),
            ["OTEL_SERVICE_NAME"] = Name,
            [StdinLifetime.Variable] = "true",
        };
        foreach (var (name, value) in store.ClientSettings)
            environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        foreach (var (name, value) in kafka.ClientSettings)
            environment.TryAdd($"Kafka__{name}", value);
        if (options.Hold is { } hold)
            environment["Orders__HoldDuration"] = hold.ToString("c", CultureInfo.InvariantCulture);
        return new ChildProgram(Name, Artifacts.Service(Project), [], environment);
    }
}
