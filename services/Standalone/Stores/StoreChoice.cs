using System.Data.Common;
using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Stores;

/// <summary>What <c>--store</c> may say.</summary>
internal static class StoreChoice
{
    public const string Memory = "memory";
    public const string Postgres = "postgres";
    public const string MongoDb = "mongodb";

    public static bool IsConnectionString(string text) => IsMongoDb(text) || IsPostgres(text);

    private static bool IsMongoDb(string text) =>
        text.StartsWith("mongodb://", StringComparison.Ordinal) || text.StartsWith("mongodb+srv://", StringComparison.Ordinal);

    private static bool IsPostgres(string text)
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
        var mongoDb when IsMongoDb(mongoDb) && !Artifacts.HaveMongoDb =>
            throw new LaunchException("this build has no MongoDB store: no package feed had its packages (./dev setup looks again)"),
        var mongoDb when IsMongoDb(mongoDb) => new ExistingStore(Settings(MongoDb, mongoDb)),
        var postgres => new ExistingStore(Settings(Postgres, postgres)),
    };

    public static IReadOnlyDictionary<string, string> Settings(string store, string connectionString) => new Dictionary<string, string>
    {
        ["Documents:Store"] = store,
        [$"ConnectionStrings:{store}"] = connectionString,
    };
}
