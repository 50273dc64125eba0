using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Ticketing.Documents;
using Ticketing.Documents.Memory;

namespace Ticketing.ServiceDefaults;

/// <summary>Where a service keeps its documents.</summary>
internal static class Stores
{
    public static void AddDocumentDatabase(this WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<IDocumentDatabase, MemoryDatabase>();
}
