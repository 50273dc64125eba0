using System.CommandLine;
using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Documents.PostgreSql;
using Ticketing.Testing.Stores;

namespace Ticketing.Benchmarks;

/// <summary>Where the documents of a benchmark live.</summary>
internal sealed class Store(PostgresServer? server) : IAsyncDisposable
{
    public const string Memory = "memory";

    private int _schemas;

    /// <summary>The server; null for documents in memory.</summary>
    public PostgresServer? Server => server;

    public static Option<string> Option()
    {
        var option = new Option<string>("--store") { DefaultValueFactory = _ => Memory, Description = "memory or postgres (a private server)." };
        option.AcceptOnlyFromAmong(Memory, "postgres");
        return option;
    }

    public static async Task<Store> OpenAsync(string kind) => new(kind == "postgres" ? await PostgresServer.StartAsync() : null);

    /// <summary>An empty database.</summary>
    public IDocumentDatabase NewDatabase() =>
        server is null ? new MemoryDatabase() : new PostgreSqlDatabase(server.ConnectionString, $"bench{_schemas++}");

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
