namespace Ticketing;

/// <summary>The repository's own files, for tests that hold documents against code.</summary>
internal static class SourceTree
{
    /// <summary>The path of a file or folder of the repository, within which these tests are run.</summary>
    public static string PathOf(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Ticketing.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests are run within the repository.");
        return Path.Combine([folder.FullName, .. parts]);
    }
}
