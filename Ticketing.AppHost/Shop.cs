using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ticketing.AppHost;

/// <summary>The services as resources. When they run, each instance is a resource with a port of its own; in what is published, one has replicas.</summary>
internal sealed class Shop(IDistributedApplicationBuilder builder, Options options, Servers servers)
{
    private readonly bool _isRun = builder.ExecutionContext.IsRunMode;
    private readonly List<(int Port, string Use)> _ports = [(options.PortBase, "the dashboard")];
    private readonly IResourceBuilder<ParameterResource>? _kafkaPassword =
        builder.Configuration["Kafka:SaslUsername"] is null ? null : builder.AddParameter("kafka-sasl-password", secret: true);

    private int _nextPort = options.PortBase + 1 + Services.Count;

    /// <summary>Their names, in the order of their ports.</summary>
    public static IReadOnlyList<string> Services { get; } = ["accounts", "tickets", "orders", "payments", "expiration", "notifications", "activity", "insights"];

    /// <summary>Adds a service.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="configure">What only this service needs, for each instance.</param>
    public void Add<TProject>(string service, Action<IResourceBuilder<ProjectResource>>? configure = null)
        where TProject : IProjectMetadata, new()
    {
        var replicas = Replicas(service);
        if (servers.Store == "memory" && replicas > 1)
            throw new LaunchException("--replicas needs a store that instances can share, such as --store postgres; each has a memory of its own. (see --help)", exitCode: 2);
        for (var number = 1; number <= (_isRun ? replicas : 1); number++)
        {
            var instance = builder.AddProject<TProject>(number == 1 ? service : $"{service}-{number}", project => project.ExcludeLaunchProfile = true);
            Configure(instance, service, number);
            configure?.Invoke(instance);
            if (!_isRun)
                instance.WithReplicas(replicas);
        }
    }

    /// <summary>Tells a service where the dashboard shows traces, if one runs.</summary>
    public void ConnectToDashboard(IResourceBuilder<ProjectResource> service)
    {
        if (_isRun && options.Dashboard)
            service.WithEnvironment("Activity__DashboardUrl", new Uri($"http://localhost:{options.PortBase}").ToString());
    }

    /// <summary>A port behind those of all services.</summary>
    /// <param name="use">What it is for.</param>
    public int PortBehindServices(string use)
    {
        var port = options.PortBase + 1 + Services.Sum(Replicas);
        _ports.Add((port, use));
        return port;
    }

    /// <summary>Makes them run, once all are added.</summary>
    /// <param name="reasons">What was chosen, and why: a sentence each.</param>
    public void Run(IReadOnlyList<string> reasons)
    {
        Ports.RequireFree(options.Dashboard ? _ports : _ports.Skip(1));
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<ShopRun>(services, options, servers.Kafka, reasons));
    }

    private static string SectionOf(string service) => $"{char.ToUpperInvariant(service[0])}{service[1..]}";

    private int Replicas(string service) => options.Replicas.GetValueOrDefault(
        service, service is "orders" or "tickets" && (!_isRun || servers.KafkaMode == Mode.Containers) ? 2 : 1);

    private void Configure(IResourceBuilder<ProjectResource> instance, string service, int number)
    {
        var port = number == 1 ? options.PortBase + 1 + Services.ToList().IndexOf(service) : _nextPort++;
        _ports.Add((port, instance.Resource.Name));
        instance
            .WithHttpEndpoint(port, isProxied: !_isRun)
            // No service speaks HTTPS here, so none needs a certificate that the developer trusts.
            .WithoutHttpsCertificate()
            .WithEnvironment("Documents__Store", servers.Store)
            .WithEnvironment("DataProtection__KeyRing", _isRun ? Path.Combine(options.RunDirectory, "keys") : KeyRing.MountedFolder)
            .WithUrlForEndpoint("http", url => url.DisplayText = $"{service} API")
            .WithUrlForEndpoint("http", _ => new() { Url = "/openapi/v1.json", DisplayText = "OpenAPI" })
            .WithUrlForEndpoint("http", _ => new() { Url = "/health", DisplayText = "Health" });
        // The settings of the service, and what it does with callers, are also in what is published.
        foreach (var section in (string[])[SectionOf(service), "Passwords", "RateLimits", "ForwardedHeaders"])
            instance.WithSettings(section);
        if (service != "expiration")
            instance.WithExternalHttpEndpoints();
        if (_isRun && builder.Environment.IsDevelopment())
            instance.WithUrlForEndpoint("http", _ => new() { Url = "/scalar/", DisplayText = "API page" });
        if (servers.Database?.Invoke(service) is { } database)
            instance.WithReference(database, servers.Store).WaitFor(database);
        UseKafka(instance, service, number);
        if (_isRun)
            Run(instance, service, number);
        else
            // A service that waits for its broker or store is ready: it answers.
            instance
                .WithHttpProbe(ProbeType.Liveness, "/alive", initialDelaySeconds: 5, periodSeconds: 10, timeoutSeconds: 3)
                .WithHttpProbe(ProbeType.Readiness, "/health", initialDelaySeconds: 1, periodSeconds: 5, timeoutSeconds: 3);
    }

    private void UseKafka(IResourceBuilder<ProjectResource> instance, string service, int number)
    {
        instance.WithReference(servers.Kafka).WaitFor(servers.Kafka);
        if (servers.KafkaMode == Mode.Embedded)
            EmbeddedBroker.Configure(instance);
        // What a Kafka cluster asks of its clients beyond its address (Kafka:SaslMechanism, Kafka:ReplicationFactor, …).
        foreach (var setting in builder.Configuration.GetSection("Kafka").GetChildren())
            instance.WithEnvironment($"Kafka__{setting.Key}", setting.Value);
        if (_kafkaPassword is not null)
            instance.WithEnvironment("Kafka__SaslPassword", _kafkaPassword);
        // Each instance is a member of its own. Where it is deployed, only its host knows which one it is.
        if (builder.Configuration["Kafka:GroupInstanceId"] is { Length: > 0 } member)
            instance.WithEnvironment("Kafka__GroupInstanceId", _isRun ? $"{member}-{service}-{number}" : $"{member}-{service}-%HOSTNAME%");
    }

    private void Run(IResourceBuilder<ProjectResource> instance, string service, int number)
    {
        instance.WithHealthCheck(ServiceHealth.AddTo(builder.Services, instance.Resource));
        // This is a developer's machine, unless somebody says otherwise: there is no HTTPS here, which the cookie of a deployed shop needs.
        instance.WithEnvironment("ASPNETCORE_ENVIRONMENT", Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? "Development");
        if (number > 1)
            instance.WithEnvironment("OTEL_SERVICE_NAME", service);
        // In milliseconds: somebody is looking.
        if (options.Dashboard)
            foreach (var interval in (string[])["OTEL_BSP_SCHEDULE_DELAY", "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL"])
                instance.WithEnvironment(interval, "1000");
        if (servers.Store == "memory")
            instance.ConfirmStop($"{service} keeps its documents in memory, and loses them when it stops, while other services still know of them. --store postgres keeps them.");
        instance.RunBuilt();
    }
}
