using Microsoft.Playwright;
using Ticketing.Contracts;
using Ticketing.Dashboard.Tests.Browsing;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using static Microsoft.Playwright.Assertions;

namespace Ticketing.Dashboard.Tests;

/// <summary>Activity's page, as an operator reads it.</summary>
public sealed class ActivityPageTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Markup = "<script>document.title = 'gotcha'</script><img src=x onerror=\"document.title = 'gotcha'\">";

    [Fact]
    public async Task Shows_operators_what_happened_and_what_happens()
    {
        Assert.SkipUnless(Browser.IsAvailable, Browser.Missing);
        // As on a developer's machine, where there is no HTTPS.
        await using var services = await ShopProcesses.StartAsync(["Activity"], ("ASPNETCORE_ENVIRONMENT", "Development"), ("Activity__DashboardUrl", "http://127.0.0.1:5100"),
            // What services log on a slow machine is no part of what is counted here.
            ("Logging__Kafka__LogLevel__Default", "None"));
        var shop = services.Shop;
        var operating = await shop.SignUpAsync();
        await services.RestartAsync("Activity", ("Operators__UserIds__0", operating.Id));
        var now = DateTimeOffset.UtcNow;
        await TellAsync(60, i => i switch
        {
            1 => Log($"Seat 1 {Markup}", "error") with { Exception = "System.TimeoutException: The gateway did not answer.\n   at Ticketing.Payments.Gateway.ChargeAsync()" },
            2 => Log("The turnstile is slow", "warning"),
            _ => Log($"Seat {i} is torn", i % 2 == 0 ? "debug" : "information"),
        });
        await shop.Topics.ProduceAsync(Topics.Logs, ("", "turnstile 9 does not know JSON"));
        await shop.Topics.ProduceAsync(Topics.Activity, ("o-1", new
        {
            type = "action",
            serviceName = "order-service",
            action = "new-order",
            at = now.AddSeconds(-30),
            actor = operating.Id,
            subject = "o-1",
            @event = "order.created",
            traceId = Trace,
        }));

        await using var browser = await Browser.StartAsync();
        var page = await browser.NewTabAsync();
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            // That nobody is signed in yet, it says, too.
            if (message.Type == "error" && !message.Text.Contains("401", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
        await page.GotoAsync($"{shop.Endpoints.Activity}");
        await Expect(page.GetByText("Only operators may read this.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Sign in first: this call needs an access token (Authorization: Bearer TOKEN) or the session cookie.");
        await page.GetByLabel("Access token").FillAsync(operating.Session.AccessToken);
        await page.GetByRole(AriaRole.Button, new() { Name = "Use it" }).ClickAsync();
        await Expect(page.GetByText("Seat 3 is torn")).ToBeVisibleAsync();
        await Expect(page.GetByText("Only operators may read this.")).ToBeHiddenAsync();

        // With the cookie of another port of this host.
        await page.GotoAsync($"{new Uri(shop.Endpoints.Accounts, "/scalar/")}");
        await page.EvaluateAsync(
            "session => fetch('/api/users/signin', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(session) })",
            new { email = operating.Session.Email, password = Shop.Password });
        await page.GotoAsync($"{shop.Endpoints.Activity}");
        var rows = page.Locator("#entries tr");
        await Expect(rows).ToHaveCountAsync(50);
        var older = page.GetByRole(AriaRole.Button, new() { Name = "Older" });
        for (var shown = 50; await older.IsVisibleAsync(); shown = await rows.CountAsync())
        {
            await older.ClickAsync();
            await page.WaitForFunctionAsync("shown => document.querySelectorAll('#entries tr').length > shown || document.getElementById('more').hidden", shown);
        }
        Assert.InRange(await rows.CountAsync(), 62, 999);
        await Expect(page.Locator("#plot rect.error")).ToHaveCountAsync(1);
        await Expect(page.Locator("#caption")).ToContainTextAsync("entries");
        // What anybody writes is text.
        await Expect(page.GetByText($"Seat 1 {Markup}")).ToBeVisibleAsync();
        await Expect(page.GetByText("turnstile 9 does not know JSON")).ToBeVisibleAsync();
        await Expect(page).ToHaveTitleAsync("Activity");
        // The services' own actions have traces, too.
        var traced = page.GetByRole(AriaRole.Cell, new() { Name = $"{Trace[..8]} trace" });
        await Expect(traced.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", $"http://127.0.0.1:5100/traces/detail/{Trace}");
        await page.EvaluateAsync("scrollTo(0, 0)");
        await page.KeepScreenshotAsync("activity", 1280, 900);

        await page.GetByLabel("Level").SelectOptionAsync("warning");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(page.GetByText("Seat 3 is torn")).ToBeHiddenAsync();
        await Expect(page.GetByText("The turnstile is slow")).ToBeVisibleAsync();
        await Expect(page.GetByText($"Seat 1 {Markup}")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await page.GetByLabel("Words").FillAsync("timeoutexc*");
        await page.GetByLabel("Words").PressAsync("Enter");
        await Expect(rows).ToHaveCountAsync(1);
        await page.GetByText("exception", new() { Exact = true }).ClickAsync();
        await Expect(page.GetByText("The gateway did not answer.")).ToBeVisibleAsync();
        await page.GetByLabel("Words").FillAsync("-");
        await page.GetByLabel("Words").PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("text must have at most 200 characters, and a letter or a digit.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "new-order" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeHiddenAsync();

        await page.RunAndWaitForResponseAsync(
            () => page.GetByLabel("Live").CheckAsync(), response => response.Url.Contains("/stream", StringComparison.Ordinal) && response.Ok);
        await TellAsync(1, _ => Log($"A bell rings {Markup}", "critical"));
        await Expect(rows.First).ToContainTextAsync("A bell rings <script>");
        await Expect(page).ToHaveTitleAsync("Activity");

        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.EvaluateAsync("scrollTo(0, 0)");
            await page.KeepScreenshotAsync($"activity-{scheme}".ToLowerInvariant(), 320, 1400);
            Assert.Equal(320, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }
        // Its policy is kept, and nothing failed. 400 is what was asked for.
        Assert.DoesNotContain(complaints, complaint => !complaint.Contains("400", StringComparison.Ordinal));

        LogRecord Log(string message, string level) => new() { Message = message, Timestamp = now, Service = "turnstile", Level = level, Category = "Turnstile" };

        Task TellAsync(int count, Func<int, LogRecord> make) => shop.Topics.ProduceAsync(Topics.Logs, Enumerable.Range(1, count).Select(i =>
        {
            var log = make(i);
            return ("", (object)new { message = log.Message, timestamp = log.Timestamp.AddSeconds(-i), service = log.Service, level = log.Level, category = log.Category, exception = log.Exception });
        }));
    }
}
