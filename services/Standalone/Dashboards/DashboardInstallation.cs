namespace Ticketing.Standalone.Dashboards;

/// <summary>Finds the Aspire CLI, which has the dashboard inside: what <c>./dev up --dashboard</c> fetched, or an installed one.</summary>
internal static class DashboardInstallation
{
    /// <summary>Names the folder that <c>./dev</c> keeps: the program is <c>bin/aspire</c> in it, and <c>home</c> is that program's HOME.</summary>
    public const string Variable = "TICKETING_ASPIRE";

    private static readonly string Program = OperatingSystem.IsWindows() ? "aspire.exe" : "aspire";

    /// <exception cref="LaunchException">There is none.</exception>
    public static string Find() => Candidates().FirstOrDefault(File.Exists) ?? throw new LaunchException(
        $"there is no Aspire CLI, which has the dashboard inside: no 'aspire' on the PATH, and no folder {Variable} "
        + "(./dev up --dashboard fetches it with npm; without bash: npm pack @microsoft/aspire-cli-PLATFORM)");

    /// <summary>The HOME of a program that <c>./dev</c> fetched, so that it leaves nothing in the user's own; else null.</summary>
    public static string? HomeOf(string program) =>
        Folder is { } folder && program.StartsWith(folder, StringComparison.Ordinal) ? Path.Combine(folder, "home") : null;

    private static string? Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null;

    private static IEnumerable<string> Candidates() =>
        (Folder is { } folder ? [Path.Combine(folder, "bin")] : Array.Empty<string>())
        .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        .Select(directory => Path.Combine(directory, Program));
}
