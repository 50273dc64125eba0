using Microsoft.Playwright;

namespace Ticketing.Dashboard.Tests.Browsing;

/// <summary>The installed Chromium. The package has Playwright's driver in it, and no browser.</summary>
internal sealed class Browser : IAsyncDisposable
{
    public const string Missing = "There is no chromium on the PATH (as root: apt-get install chromium).";

    private static readonly string? Program =
        new[] { "chromium", "chromium-browser", "google-chrome" }.Select(OnPath.Find).FirstOrDefault(path => path is not null);

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static bool IsAvailable => Program is not null;

    public static async Task<Browser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            // Chromium's sandbox refuses root, which CI often is; the pages are our own.
            Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [],
        });
        return new Browser(playwright, browser);
    }

    /// <summary>A tab of somebody who was nowhere yet.</summary>
    public async Task<IPage> NewTabAsync()
    {
        var page = await _browser.NewPageAsync();
        // A busy machine takes its time.
        page.SetDefaultTimeout(60_000);
        return page;
    }

    public async Task<DashboardPage> OpenAsync(Uri dashboard)
    {
        var page = await NewTabAsync();
        // The link signs in and leads to the first page.
        await page.GotoAsync(dashboard.ToString());
        await page.WaitForURLAsync(url => !url.Contains("/login", StringComparison.Ordinal));
        return new DashboardPage(page, dashboard);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
