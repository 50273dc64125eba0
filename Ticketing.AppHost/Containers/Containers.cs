namespace Ticketing.AppHost;

/// <summary>Kafka and MongoDB in containers, each with its web page. Their data outlives the run, in volumes.</summary>
internal static class Containers
{
    /// <summary>Why there are none, or null.</summary>
    public static string? Missing => null;

    public static IResourceBuilder<IResourceWithConnectionString> AddKafkaContainer(this IDistributedApplicationBuilder builder) =>
        builder.AddKafka("kafka").WithKafkaUI().WithDataVolume("ticketing-kafka");

    /// <returns>The database of each service.</returns>
    public static Func<string, IResourceBuilder<IResourceWithConnectionString>> AddMongoDbContainer(this IDistributedApplicationBuilder builder)
    {
        var mongodb = builder.AddMongoDB("mongodb").WithMongoExpress().WithDataVolume("ticketing-mongodb");
        return service => mongodb.AddDatabase($"{service}-documents", service);
    }
}
