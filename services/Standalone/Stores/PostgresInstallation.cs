namespace Ticketing.Standalone.Stores;

/// <summary>Finds PostgreSQL's programs, which Debian keeps off the PATH.</summary>
internal static class PostgresInstallation
{
    public const string Missing =
        "PostgreSQL is not installed: no 'postgres' in /usr/lib/postgresql/*/bin or on the PATH (as root: apt-get install postgresql)";

    private const string Debian = "/usr/lib/postgresql";

    /// <param name="data">The data that it is to serve: the version that made them, if it is there.</param>
    /// <returns>The directory of its programs, or null.</returns>
    public static string? Find(string? data = null)
    {
        var made = data is not null && File.Exists(Path.Combine(data, "PG_VERSION")) ? File.ReadAllText(Path.Combine(data, "PG_VERSION")).Trim() : "";
        var versions = Directory.Exists(Debian) ? Directory.GetDirectories(Debian) : [];
        return versions
            .OrderByDescending(version => Path.GetFileName(version) == made)
            .ThenByDescending(version => int.TryParse(Path.GetFileName(version), out var number) ? number : 0)
            .Select(version => Path.Combine(version, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "postgres")) && File.Exists(Path.Combine(bin, "initdb")));
    }
}
