namespace Ticketing.Dashboard.Tests.Browsing;

/// <summary>Where screenshots go: below artifacts, and with <c>TICKETING_UPDATE_DOCS=1</c> also to where the documents show them.</summary>
internal static class Screenshots
{
    public static IEnumerable<string> Folders
    {
        get
        {
            // artifacts/bin/PROJECT/CONFIGURATION/
            var artifacts = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Parent!.Parent!.Parent!;
            yield return Path.Combine(artifacts.FullName, "screenshots");
            if (Environment.GetEnvironmentVariable("TICKETING_UPDATE_DOCS") == "1")
                yield return Path.Combine(artifacts.Parent!.FullName, "docs", "images");
        }
    }
}
