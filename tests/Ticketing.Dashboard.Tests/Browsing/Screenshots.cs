using Microsoft.Playwright;

namespace Ticketing.Dashboard.Tests.Browsing;

/// <summary>Where screenshots go: below artifacts, and with <c>TICKETING_UPDATE_DOCS=1</c> also to where the documents show them.</summary>
internal static class Screenshots
{
    private static IEnumerable<string> Folders
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

    /// <summary>Keeps what a tab shows as <c>NAME.png</c>.</summary>
    /// <param name="page">The tab.</param>
    /// <param name="name">The file's name without its extension.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels: enough for what is to be seen.</param>
    /// <param name="style">CSS that hides what a page of documentation need not show.</param>
    public static async Task KeepScreenshotAsync(this IPage page, string name, int width, int height, string? style = null)
    {
        await page.SetViewportSizeAsync(width, height);
        var png = await page.ScreenshotAsync(new() { Style = style });
        foreach (var folder in Folders)
            await File.WriteAllBytesAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, $"{name}.png"), png);
    }
}
