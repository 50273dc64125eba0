using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Ticketing.Tools;

/// <summary>A PostgreSQL server of our own: its files in a directory, and the command line that runs it.</summary>
/// <param name="directory">Where its data and its password are, or will be.</param>
public sealed class PostgresCluster(string directory)
{
    /// <summary>What to tell the user where <see cref="IsInstalled"/> is false.</summary>
    public const string Missing =
        "PostgreSQL is not installed: there is no 'postgres' in /usr/lib/postgresql/*/bin or on the PATH (as root: apt-get install postgresql).";

    private const string User = "ticketing";

    private readonly string _directory = Path.GetFullPath(directory);

    /// <summary>Whether there is a PostgreSQL to run. There never is on Windows.</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool IsInstalled => FindPrograms() is not null;

    /// <summary>Whether the server accepts connections, as far as its lock file knows.</summary>
    public bool IsReady =>
        File.Exists(LockFile) && File.ReadAllLines(LockFile) is [_, _, _, _, _, _, _, var status, ..] && status.Trim() == "ready";

    private string Data => Path.Combine(_directory, "data");

    private string PasswordFile => Path.Combine(_directory, "password");

    private string LockFile => Path.Combine(Data, OrphanedServer.LockFile);

    private ServerAccount Account => new(_directory);

    /// <summary>Makes the data on first use, and ends what an earlier server on them left running. Nobody else may use the directory now.</summary>
    /// <param name="durable">Whether new data must survive a crash of the machine.</param>
    /// <exception cref="InvalidOperationException">It cannot be done. The message says why.</exception>
    public void Prepare(bool durable = true)
    {
        if (!IsInstalled)
            throw new InvalidOperationException(Missing);
        if (Directory.Exists(Data))
            OrphanedServer.End(Data);
        else
            Create(durable);
        Account.Own();
    }

    /// <summary>The command line of the server. Run it in <c>/</c>, as its user may not be allowed to be where we are.</summary>
    /// <remarks>SIGINT stops it, whoever is connected. SIGTERM stops it once the last client has gone.</remarks>
    /// <param name="port">Where it listens, on 127.0.0.1 only.</param>
    /// <param name="settings">As in its configuration, <c>name=value</c>. They come after ours, so they win.</param>
    public IReadOnlyList<string> Command(int port, params IEnumerable<string> settings)
    {
        // Connections for every instance that --replicas may ask for, with a full pool each.
        string[] ours = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "log_min_messages=warning", "max_connections=700", "autovacuum_naptime=15s"];
        return Account.Command(
            [Program("postgres"), "-D", Data, "-p", port.ToString(CultureInfo.InvariantCulture), .. ours.Concat(settings).SelectMany(setting => new[] { "-c", setting })]);
    }

    /// <summary>How to connect to it, once it is prepared.</summary>
    /// <param name="port">As in <see cref="Command"/>.</param>
    public string ConnectionString(int port) =>
        $"Host=127.0.0.1;Port={port};Database=postgres;Username={User};Password={File.ReadAllText(PasswordFile)}";

    [UnsupportedOSPlatform("windows")]
    private void Create(bool durable)
    {
        // Under another name until it is complete: whoever is killed half-way begins anew.
        var unfinished = Path.Combine(_directory, "unfinished");
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(_directory, Owner);
        Directory.CreateDirectory(unfinished, Owner);
        File.WriteAllText(PasswordFile, RandomNumberGenerator.GetHexString(32));
        File.SetUnixFileMode(PasswordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Account.Own();
        string[] options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", .. durable ? Array.Empty<string>() : ["--no-sync"]];
        SystemProgram.Run(Account.Command([Program("initdb"), $"--pgdata={unfinished}", $"--username={User}", $"--pwfile={PasswordFile}", .. options]));
        Directory.Move(unfinished, Data);
    }

    private string Program(string name)
    {
        // A server reads only the data of its own version.
        var version = Path.Combine(Data, "PG_VERSION");
        var programs = FindPrograms(File.Exists(version) ? File.ReadAllText(version).Trim() : "");
        return Path.Combine(programs ?? throw new InvalidOperationException(Missing), name);
    }

    private static string? FindPrograms(string preferredVersion = "")
    {
        if (OperatingSystem.IsWindows())
            return null;
        // Debian keeps them off the PATH.
        const string Debian = "/usr/lib/postgresql";
        return (Directory.Exists(Debian) ? Directory.GetDirectories(Debian) : [])
            .OrderByDescending(version => Path.GetFileName(version) == preferredVersion)
            .ThenByDescending(version => int.TryParse(Path.GetFileName(version), out var number) ? number : 0)
            .Select(version => Path.Combine(version, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "postgres")) && File.Exists(Path.Combine(bin, "initdb")));
    }
}
