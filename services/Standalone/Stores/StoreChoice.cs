using System.Data.Common;
using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Stores;

/// <summary>What <c>--store</c> may say.</summary>
internal static class StoreChoice
{
    public const string Memory = "memory";
    public const string Postgres = "postgres";

    public static bool IsConnectionString(string text)
    {
        try
        {
            var settings = new DbConnectionStringBuilder { ConnectionString = text };
            return settings.ContainsKey("Host") || settings.ContainsKey("Server");
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public static async Task<IStore> OpenAsync(LauncherOptions options, PrefixedLog log, CancellationToken stop) => options.Store switch
    {
        null => new ExistingStore(),
        Memory => new ExistingStore(new Dictionary<string, string> { ["Documents:Store"] = Memory }),
        Postgres => await PrivatePostgres.StartAsync(options.RunDirectory, log, stop),
        var connectionString => new ExistingStore(PostgresSettings(connectionString)),
    };

    public static IReadOnlyDictionary<string, string> PostgresSettings(string connectionString) => new Dictionary<string, string>
    {
        ["Documents:Store"] = Postgres,
        ["ConnectionStrings:postgres"] = connectionString,
    };
}
