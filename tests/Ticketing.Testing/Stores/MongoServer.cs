using System.Globalization;
using Ticketing.Testing.Processes;

namespace Ticketing.Testing.Stores;

/// <summary>A server that speaks MongoDB's protocol, in memory. It ends with this process at the latest.</summary>
public sealed class MongoServer : IAsyncDisposable
{
    private static readonly string? Script = SharedTool.Find("MONGO_TOOL", "mongo/mongo");

    private readonly ChildProcess _process;

    private MongoServer(ChildProcess process, string connectionString) => (_process, ConnectionString) = (process, connectionString);

    /// <summary>Whether there is one to run.</summary>
    public static bool IsAvailable => Script is not null;

    /// <summary>Why tests that need one are skipped where there is none.</summary>
    public const string Missing = "No MongoDB: MONGO_TOOL names no script, and there is none at ../shared/mongo/mongo.";

    /// <summary>Where it is.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts one.</summary>
    public static async Task<MongoServer> StartAsync()
    {
        var process = ChildProcess.Start(new(Script!, "--port", FreePorts.Take().ToString(CultureInfo.InvariantCulture)));
        return new(process, await process.ReadyAsync());
    }

    /// <summary>Sends it a signal, such as <c>STOP</c> and <c>CONT</c>.</summary>
    public Task SignalAsync(string signal) => _process.SignalAsync(signal);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
