using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MongoDB.Driver;
using Ticketing.Documents;
using Ticketing.Documents.MongoDb;

namespace Ticketing.ServiceDefaults;

/// <content>MongoDB through Aspire's integration, which makes the client from the connection string and <c>Aspire:MongoDB:Driver</c>.</content>
internal static partial class Stores
{
    static partial void AddMongoDb(WebApplicationBuilder builder, string service, ref bool added)
    {
        builder.AddMongoDBClient(
            "mongodb",
            settings =>
            {
                // The check named "store" asks whichever store there is; and without it a service is degraded, not gone.
                settings.DisableHealthChecks = true;
                // Ticketing.Documents has a span for each read and write.
                settings.DisableTracing = true;
            },
            Timeouts.Apply);
        // A database per service: the connection string's own one is where its user is known, if it names one.
        builder.Services.AddSingleton<IDocumentDatabase>(services => new MongoDbDatabase(services.GetRequiredService<IMongoClient>(), service));
        added = true;
    }
}
