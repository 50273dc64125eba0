namespace Ticketing.Testing;

/// <summary>A script that runs a server which this repository does not hold.</summary>
internal static class SharedTool
{
    /// <param name="variable">The environment variable that may name it.</param>
    /// <param name="path">Where it is otherwise, in <c>../shared</c> beside the repository.</param>
    /// <returns>The script; null if there is none.</returns>
    public static string? Find(string variable, string path)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
            return File.Exists(named) ? Path.GetFullPath(named) : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
                continue;
            var script = Path.GetFullPath($"../shared/{path}", folder.FullName);
            return File.Exists(script) ? script : null;
        }
        return null;
    }
}
