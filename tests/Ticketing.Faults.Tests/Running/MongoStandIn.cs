using System.Diagnostics;
using System.Globalization;

namespace Ticketing.Faults.Tests.Running;

/// <summary>
/// A server that speaks MongoDB's protocol: the script that <c>MONGO_TOOL</c> names, or <c>../shared/mongo/mongo</c> beside the repository. It
/// ends with this process at the latest.
/// </summary>
internal sealed class MongoStandIn : IAsyncDisposable
{
    public const string Missing = "No MongoDB stand-in: MONGO_TOOL names no script, and there is none at ../shared/mongo/mongo.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string? Script = Find();

    private readonly Process _guard;

    private MongoStandIn(Process guard, int port, string connectionString) => (_guard, Port, ConnectionString) = (guard, port, connectionString);

    public static bool IsAvailable => Script is not null;

    public int Port { get; }

    public string ConnectionString { get; }

    public static async Task<MongoStandIn> StartAsync()
    {
        var port = RunEnvironment.FreePort();
        var guard = Process.Start(new ProcessStartInfo("bash", ["-c", "\"$0\" \"$@\" & server=$!; cat >/dev/null; kill \"$server\"; wait", Script!, "--port", port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var ready = await guard.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        Assert.StartsWith("ready ", ready, StringComparison.Ordinal);
        return new(guard, port, ready!["ready ".Length..]);
    }

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("MONGO_TOOL") is { Length: > 0 } named)
            return File.Exists(named) ? Path.GetFullPath(named) : null;
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            folder = folder.Parent;
        var script = folder is null ? "" : Path.GetFullPath("../shared/mongo/mongo", folder.FullName);
        return File.Exists(script) ? script : null;
    }
}
