using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Ticketing.Standalone.Stores;

/// <summary>The files of a private server: <c>data</c>, and the password of its one user.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PostgresCluster
{
    private const string User = "ticketing";

    private readonly string _directory;
    private readonly PostgresAccount _account;
    private readonly string _password;
    private readonly string _programs;

    public PostgresCluster(string directory)
    {
        _directory = directory;
        _account = new PostgresAccount(directory);
        _password = Path.Combine(directory, "password");
        Data = Path.Combine(directory, "data");
        _programs = PostgresInstallation.Find(Data) ?? throw new LaunchException(PostgresInstallation.Missing);
    }

    public string Data { get; }

    public IReadOnlyList<string> Command(IEnumerable<string> settings) => _account.Daemon(
        [Path.Combine(_programs, "postgres"), "-D", Data, .. settings.SelectMany(setting => new[] { "-c", setting })]);

    public string ConnectionString(string port) =>
        $"Host=127.0.0.1;Port={port};Database=postgres;Username={User};Password={File.ReadAllText(_password)}";

    /// <summary>Makes what is missing, and ends what an earlier server left behind.</summary>
    /// <param name="durable">Whether the files must survive the machine.</param>
    public void Prepare(bool durable)
    {
        if (Directory.Exists(Data))
            Orphans.End(Data);
        else
            Create(durable);
        _account.Own();
    }

    private void Create(bool durable)
    {
        // Under another name until it is complete: whoever is killed half-way begins anew.
        var unfinished = Path.Combine(_directory, "unfinished");
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(_directory, Owner);
        Directory.CreateDirectory(unfinished, Owner);
        File.WriteAllText(_password, RandomNumberGenerator.GetHexString(32));
        File.SetUnixFileMode(_password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _account.Own();
        Programs.Run(_account.Command(
            [
                Path.Combine(_programs, "initdb"), $"--pgdata={unfinished}", $"--username={User}", $"--pwfile={_password}",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", .. durable ? Array.Empty<string>() : ["--no-sync"],
            ]));
        Directory.Move(unfinished, Data);
    }
}
