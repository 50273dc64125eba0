using Microsoft.Playwright;
using Ticketing.Dashboard.Tests.Browsing;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using static Microsoft.Playwright.Assertions;

namespace Ticketing.Dashboard.Tests;

/// <summary>Insights' page, as a seller and an operator read it.</summary>
public sealed class InsightsPageTests
{
    private const string Markup = "<img src=x onerror=\"document.title = 'gotcha'\">";

    [Fact]
    public async Task Shows_sellers_and_operators_what_is_sold_as_it_is()
    {
        Assert.SkipUnless(Browser.IsAvailable, Browser.Missing);
        // As on a developer's machine, where there is no HTTPS.
        await using var services = await ShopProcesses.StartAsync(("ASPNETCORE_ENVIRONMENT", "Development"));
        var shop = services.Shop;
        var (seller, other, buyer) = (await shop.SignUpAsync(), await shop.SignUpAsync(), await shop.SignUpAsync());
        var insights = await services.AddAsync("Insights");
        await services.RestartAsync("Insights", ("Operators__UserIds__0", other.Id));
        var ticket = await seller.ListTicketAsync(price: 12.5m, quantity: 9, title: $"Concert {Markup}");
        var others = await other.ListTicketAsync(quantity: 9, title: "Play");
        await buyer.BuyAsync(ticket, 2);
        await buyer.FailAsync(await buyer.ReserveAsync(ticket));
        await buyer.BuyAsync(others);

        await using var browser = await Browser.StartAsync();
        var page = await browser.NewTabAsync();
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            // That nobody is signed in yet, and that a seller is no operator, it says, too.
            if (message.Type == "error" && !message.Text.Contains("401", StringComparison.Ordinal) && !message.Text.Contains("403", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
        await page.GotoAsync($"{insights}");
        await Expect(page.GetByText("Sellers see their own tickets")).ToBeVisibleAsync();
        await SignInAsync(seller);

        // Two placed, one paid.
        var all = page.Locator("#all td");
        await Expect(all).ToHaveTextAsync(["All", "2", "2", "1", "2", "25 USD"]);
        await Expect(page.GetByText("Sellers see their own tickets")).ToBeHiddenAsync();
        await Expect(page.GetByText("2 placed, 2 reserved (100 %), 1 paid (50 % of those); half were paid within")).ToBeVisibleAsync();
        await Expect(page.GetByText("5 generic_decline")).ToBeVisibleAsync();
        await Expect(page.Locator("#lag-figure")).ToBeHiddenAsync();
        await Expect(page.Locator("#plot rect.paid").First).ToBeAttachedAsync();
        Assert.Equal(["all", $"Concert {Markup}"], await page.Locator("[name=ticket]").Locator("option").AllTextContentsAsync());

        // Live, and with the steps of an hour.
        await buyer.BuyAsync(ticket, 3);
        await Expect(all).ToHaveTextAsync(["All", "3", "3", "2", "5", "62.5 USD"]);
        await page.Locator("[name=step]").SelectOptionAsync("hour");
        await page.Locator("[name=ticket]").SelectOptionAsync(ticket.Id);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator("#table-caption")).ToHaveTextAsync($"Concert {Markup}");
        await Expect(all).ToHaveTextAsync(["All", "3", "3", "2", "5", "62.5 USD"]);
        await page.Locator("[name=from]").FillAsync("2026-01-01T00:00");
        await page.Locator("[name=to]").FillAsync("2026-12-01T00:00");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("from must be before to, by at most 90 days.");

        // An operator, with the cookie of another port of this host.
        await page.GotoAsync($"{new Uri(shop.Endpoints.Accounts, "/scalar/")}");
        await page.EvaluateAsync(
            "session => fetch('/api/users/signin', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(session) })",
            new { email = other.Session.Email, password = Shop.Password });
        await page.GotoAsync($"{insights}");
        await Expect(all).ToHaveTextAsync(["All", "4", "4", "3", "6", "361.5 USD"]);
        await Expect(page.Locator("#lag-caption")).ToContainTextAsync("Insights is");
        await Expect(page).ToHaveTitleAsync("Insights");
        await page.KeepScreenshotAsync("insights", 1280, 900);
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.KeepScreenshotAsync($"insights-{scheme}".ToLowerInvariant(), 320, 1400);
            Assert.Equal(320, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }
        // Its policy is kept, and nothing failed. 400 is what was asked for.
        Assert.DoesNotContain(complaints, complaint => !complaint.Contains("400", StringComparison.Ordinal));

        async Task SignInAsync(Caller caller)
        {
            await page.GetByLabel("Access token").FillAsync(caller.Session.AccessToken);
            await page.GetByRole(AriaRole.Button, new() { Name = "Use it" }).ClickAsync();
        }
    }
}
