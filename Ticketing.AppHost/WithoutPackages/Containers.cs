namespace Ticketing.AppHost;

/// <summary>Stands in for Containers/ and Publishing/, where the package feed lacks what they need.</summary>
internal static class Containers
{
    /// <summary>Why there are none.</summary>
    public static string? Missing =>
        "This build has no containers and publishes nothing: the package feed lacked Aspire.Hosting.Kafka when ./dev looked (local.props).";

    public static IResourceBuilder<IResourceWithConnectionString> AddKafkaContainer(this IDistributedApplicationBuilder _) =>
        throw new LaunchException(Missing!);

    public static Func<string, IResourceBuilder<IResourceWithConnectionString>> AddMongoDbContainer(this IDistributedApplicationBuilder _) =>
        throw new LaunchException(Missing!);

    public static void PublishTo(this IDistributedApplicationBuilder _, string target, string keyMaker) => throw new LaunchException(Missing!);
}
