using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Documents.MongoDb;
using Ticketing.Documents.PostgreSql;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Where a service keeps its documents: <c>Documents:Store</c> is <c>memory</c> (the default), or <c>postgres</c> or <c>mongodb</c> with
/// the connection string of that name; there each service has a schema or a database of its own name.
/// </summary>
internal static class Stores
{
    public static void AddDocumentDatabase(this WebApplicationBuilder builder, string service)
    {
        var configuration = builder.Configuration;
        // Read now, so that a service whose settings are wrong does not start; a store that is merely away is no reason not to.
        switch (configuration["Documents:Store"])
        {
            case null or "" or "memory":
                builder.Services.AddSingleton<IDocumentDatabase, MemoryDatabase>();
                break;
            case "postgres":
                var postgres = ConnectionString(configuration, "postgres");
                builder.Services.AddSingleton<IDocumentDatabase>(_ => new PostgreSqlDatabase(postgres, service));
                break;
            case "mongodb":
                var mongodb = ConnectionString(configuration, "mongodb");
                builder.Services.AddSingleton<IDocumentDatabase>(_ => new MongoDbDatabase(mongodb, service));
                break;
            case var unknown:
                throw new InvalidOperationException($"Documents:Store is '{unknown}'; it can be 'memory', 'postgres' or 'mongodb'.");
        }
    }

    private static string ConnectionString(IConfiguration configuration, string store) => configuration.GetConnectionString(store)
        ?? throw new InvalidOperationException($"Documents:Store is '{store}', and there is no ConnectionStrings:{store}.");
}
