namespace Ticketing.Standalone;

/// <summary>What the command line asks for.</summary>
/// <param name="Kafka">The bootstrap servers of an existing Kafka, or null for the embedded broker.</param>
/// <param name="Store">Where documents are kept: memory, postgres, the connection string of a PostgreSQL or MongoDB; null for the services' own default.</param>
/// <param name="Replicas">How many instances of each service, where it is not one.</param>
/// <param name="Hold">How long an unpaid order holds its seats, or null for the services' own default.</param>
/// <param name="Dashboard">Whether the Aspire dashboard is started, too.</param>
/// <param name="PortBase">The services listen on the ports after this one.</param>
/// <param name="RunDirectory">Where this run keeps <c>endpoints.json</c>, the key ring and a private store.</param>
internal sealed record LauncherOptions(
    string? Kafka, string? Store, IReadOnlyDictionary<string, int> Replicas, TimeSpan? Hold, bool Dashboard, int PortBase, string RunDirectory);
