using System.Globalization;
using Npgsql;
using Ticketing.Testing.Processes;
using Ticketing.Testing.Stores;

namespace Ticketing.Documents.Tests.PostgreSql;

/// <summary>A server that is reached through PgBouncer in transaction mode, with few connections that take turns.</summary>
public sealed class PgBouncerFixture : PostgreSqlFixture
{
    private const string Missing = "PgBouncer is not installed (as root: apt-get install pgbouncer).";

    private static readonly string? Program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, "pgbouncer")).FirstOrDefault(File.Exists);

    private readonly string _directory = Directory.CreateTempSubdirectory("ticketing-pgbouncer-").FullName;
    private readonly int _port = FreePorts.Take();
    private ChildProcess? _process;

    public override string ConnectionString
    {
        get
        {
            Assert.SkipUnless(Program is not null, Missing);
            return new NpgsqlConnectionStringBuilder(base.ConnectionString) { Port = _port, Password = null }.ConnectionString;
        }
    }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        if (Program is null || !PostgresServer.IsAvailable)
            return;
        var server = new NpgsqlConnectionStringBuilder(base.ConnectionString);
        var settings = Path.Combine(_directory, "pgbouncer.ini");
        await File.WriteAllTextAsync(settings, string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            * = host={server.Host} port={server.Port} user={server.Username} password={server.Password}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {_port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 4
            server_round_robin = 1
            {(Environment.IsPrivilegedProcess ? "user = nobody" : "")}
            """));
        _process = ChildProcess.Start(new(Program, settings) { StopSignal = "INT" });
        await _process.UntilAsync(() => _process.Output.Contains("process up", StringComparison.Ordinal));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_process is not null)
            await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
