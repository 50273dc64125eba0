using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Stores;

/// <summary>The launcher's side of a server with its data in the run directory: the guard, which is a child process.</summary>
internal sealed class PrivatePostgres(ChildProcess guard, string connectionString) : IStore
{
    // It may have a crash to recover from.
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    // The server's own share of that is a second, then it ends at once.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1.5);

    public IReadOnlyDictionary<string, string> ClientSettings { get; } = StoreChoice.Settings(StoreChoice.Postgres, connectionString);

    public IReadOnlyList<ChildProcess> Children => [guard];

    public static async Task<IStore> StartAsync(string runDirectory, PrefixedLog log, CancellationToken stop)
    {
        if (PostgresInstallation.Find() is null)
            throw new LaunchException(PostgresInstallation.Missing);
        string[] arguments = [PostgresProgram.Command, Path.Combine(runDirectory, "postgres")];
        var program = new ChildProgram("postgres", Artifacts.Launcher, arguments, new Dictionary<string, string>());
        var (guard, connectionString) = await ReadyChild.StartAsync(program, log, StartPatience, StopGrace, stop);
        return new PrivatePostgres(guard, connectionString);
    }

    public async ValueTask DisposeAsync() => await guard.StopAsync(StopGrace);
}
