namespace Ticketing.Dashboard.Tests.Browsing;

/// <summary>Programs as a shell finds them.</summary>
internal static class OnPath
{
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, program))
        .FirstOrDefault(File.Exists);
}
