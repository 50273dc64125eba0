using Microsoft.Extensions.Configuration;

namespace Ticketing.AppHost;

/// <summary>Where Kafka and the documents come from.</summary>
/// <param name="Kafka">The broker.</param>
/// <param name="KafkaMode">Where it comes from; null if it was named.</param>
/// <param name="Store">The services' <c>Documents:Store</c>.</param>
/// <param name="Database">A service's database, on every store but memory.</param>
/// <param name="UseContainers">Whether any of them is a container.</param>
/// <param name="Reasons">What was chosen, and why: a sentence each.</param>
internal sealed record Servers(
    IResourceBuilder<IResourceWithConnectionString> Kafka, Mode? KafkaMode, string Store,
    Func<string, IResourceBuilder<IResourceWithConnectionString>>? Database, bool UseContainers, IReadOnlyList<string> Reasons)
{
    /// <summary>Servers that are named, else containers where a runtime answers, else programs of this machine.</summary>
    public static Servers Add(IDistributedApplicationBuilder builder, Options options)
    {
        var settings = builder.Configuration;
        settings["ConnectionStrings:kafka"] = options.Kafka ?? settings.GetConnectionString("kafka");
        var kind = Kind(options.Store, settings);
        if (IsConnectionString(options.Store))
            settings[$"ConnectionStrings:{kind}"] = options.Store;
        var existingStore = kind is not null && settings.GetConnectionString(kind) is not null;
        var reasons = new List<string>();

        // Nothing to find out, where both are named.
        var useContainers = new Lazy<bool>(() => CanUseContainers(builder, options, reasons));
        IResourceBuilder<IResourceWithConnectionString> kafka;
        Mode? kafkaMode = null;
        if (settings.GetConnectionString("kafka") is { } servers)
        {
            reasons.Add($"Kafka is the one at {servers}.");
            kafka = builder.AddConnectionString("kafka");
        }
        else
        {
            kafkaMode = useContainers.Value ? Mode.Containers : Mode.Embedded;
            kafka = useContainers.Value ? builder.AddKafkaContainer() : builder.AddEmbeddedBroker(options.RunDirectory);
        }

        if (existingStore)
        {
            reasons.Add($"Documents are in the {kind} server that was named.");
            var server = builder.AddConnectionString(kind!);
            return new Servers(kafka, kafkaMode, kind!, _ => server, kafkaMode == Mode.Containers, reasons);
        }
        kind ??= useContainers.Value ? "mongodb" : "memory";
        reasons.Add(kind == "memory" ? "Documents are in the services' memory: each service loses its own when it stops (--store postgres keeps them)." : $"Documents are in {kind}.");
        return new Servers(kafka, kafkaMode, kind, kind switch
        {
            "memory" => null,
            "mongodb" when useContainers.Value => builder.AddMongoDbContainer(),
            "mongodb" => throw new LaunchException($"--store mongodb runs in a container. {string.Join(' ', reasons)}"),
            _ when useContainers.Value => AddPostgresContainer(builder),
            _ => PrivatePostgres.Add(builder, options.RunDirectory),
        }, useContainers is { IsValueCreated: true, Value: true }, reasons);
    }

    private static bool IsConnectionString(string? store) => store is not (null or "memory" or "postgres" or "mongodb");

    // Which store is meant, or null to choose.
    private static string? Kind(string? store, IConfiguration settings) => store switch
    {
        "memory" or "postgres" or "mongodb" => store,
        not null => OptionParsers.IsMongoDb(store) ? "mongodb" : "postgres",
        null => settings.GetConnectionString("mongodb") is not null ? "mongodb" : settings.GetConnectionString("postgres") is not null ? "postgres" : null,
    };

    private static bool CanUseContainers(IDistributedApplicationBuilder builder, Options options, List<string> reasons)
    {
        if (builder.ExecutionContext.IsPublishMode)
            return Containers.Missing is null ? true : throw new LaunchException(Containers.Missing);
        if (options.Mode == Mode.Embedded)
        {
            reasons.Add("Nothing runs in containers (--mode embedded).");
            return false;
        }
        var answers = ContainerRuntime.Answers(builder.Configuration["ASPIRE_CONTAINER_RUNTIME"], out var why);
        if (options.Mode == Mode.Containers && !answers)
            throw new LaunchException(Containers.Missing ?? $"--mode containers cannot be had: {why}.");
        reasons.Add(answers ? $"Servers run in containers: {why}." : $"Servers are programs of this machine: {why}.");
        return answers;
    }

    private static Func<string, IResourceBuilder<IResourceWithConnectionString>> AddPostgresContainer(IDistributedApplicationBuilder builder)
    {
        // One database with a schema per service, and connections for a full pool of each instance.
        var database = builder.AddPostgres("postgres").WithDataVolume("ticketing-postgres").WithArgs("-c", "max_connections=700").AddDatabase("documents", "ticketing");
        return _ => database;
    }
}
