using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Documents.PostgreSql;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Where a service keeps its documents: <c>Documents:Store</c> is <c>memory</c> (the default), or <c>postgres</c> with the connection
/// string <c>postgres</c>, where each service has a schema of its own name.
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
                var postgres = configuration.GetConnectionString("postgres")
                    ?? throw new InvalidOperationException("Documents:Store is 'postgres', and there is no ConnectionStrings:postgres.");
                builder.Services.AddSingleton<IDocumentDatabase>(_ => new PostgreSqlDatabase(postgres, service));
                break;
            case var unknown:
                throw new InvalidOperationException($"Documents:Store is '{unknown}'; it can be 'memory' or 'postgres'.");
        }
    }
}
