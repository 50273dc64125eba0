using Microsoft.Playwright;
using Ticketing.Dashboard.Tests.Browsing;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using static Microsoft.Playwright.Assertions;

namespace Ticketing.Dashboard.Tests;

/// <summary>Buyers in a browser whose bank wants to hear from them, and what the shop's people see of that.</summary>
public sealed class AuthenticationTests(AuthenticationTests.RunningShop running) : IClassFixture<AuthenticationTests.RunningShop>
{
    [Fact]
    public async Task Approves_on_the_banks_page_and_sees_the_order_complete()
    {
        Assert.SkipUnless(Browser.IsAvailable, Browser.Missing);
        var (tab, buyer, order) = await OrderAsync();
        var paying = await buyer.PayAsync(order, "pm_card_authenticationRequired");

        await tab.GotoAsync($"{paying.NextAction!.Url}");
        await Expect(tab.GetByText("299.00 USD")).ToBeVisibleAsync();
        await tab.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(tab.GetByRole(AriaRole.Status)).ToHaveTextAsync($"The payment is approved. The shop goes on with order {order.Id}.");

        await SeesAsync(tab, order, Order.Completed);
    }

    [Fact]
    public async Task Declines_on_the_banks_page_tries_another_card_and_sees_the_order_complete()
    {
        Assert.SkipUnless(Browser.IsAvailable, Browser.Missing);
        var (tab, buyer, order) = await OrderAsync();
        var paying = await buyer.PayAsync(order, "pm_card_authenticationRequired");

        await tab.GotoAsync($"{paying.NextAction!.Url}");
        await tab.GetByRole(AriaRole.Button, new() { Name = "Decline" }).ClickAsync();
        await Expect(tab.GetByText("The payment is declined")).ToBeVisibleAsync();
        // The page of a step that is over decides nothing.
        await tab.GotoAsync($"{paying.NextAction.Url}");
        await Expect(tab.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await Eventually.IsAsync(async () => (await buyer.PaymentAsync(order)).Status == "failed", () => "the shop does not know");
        await SeesAsync(tab, order, Order.PendingPayment);

        Assert.Equal("succeeded", (await buyer.PayAsync(order)).Status);
        await SeesAsync(tab, order, Order.Completed);
    }

    [Fact]
    public async Task The_charge_and_its_webhook_are_in_the_orders_trace_and_the_simulators_page_shows_what_happened()
    {
        Assert.SkipUnless(Browser.IsAvailable, Browser.Missing);
        var (tab, buyer, order) = await OrderAsync(NewTrace(out var trace));
        var paying = await buyer.PayAsync(order, "pm_card_authenticationRequired");
        await running.Shop.Stripe.AuthenticateAsync(paying.NextAction!.Url!, approves: true);
        await buyer.WaitForStatusAsync(order.Id, Order.Completed);
        await running.Shop.SettleAsync();

        var dashboard = await running.Browser.OpenAsync(running.Shop.Endpoints.Dashboard!);
        var spans = await dashboard.SpansAsync(trace, span => span.Resource == "tickets" && span.Name.Contains("process order.completed", StringComparison.Ordinal));
        await dashboard.ScreenshotAsync("trace-authenticated-order", height: 1750);
        Assert.All(
            (string[])["process order.pending", "charge payment", "handle payment_intent.succeeded", "create payment.succeeded"],
            step => Assert.Contains(spans, span => span.Resource == "payments" && span.Name.Contains(step, StringComparison.Ordinal)));

        await tab.GotoAsync($"{running.Shop.Endpoints.Stripe}");
        await Expect(tab.GetByRole(AriaRole.Row).Filter(new() { HasText = order.Id }).Filter(new() { HasText = "succeeded" })).ToHaveCountAsync(1);
        await tab.KeepScreenshotAsync("stripe-simulator", 1300, 1400);
    }

    /// <summary>A tab in which a buyer is signed in who has reserved a seat.</summary>
    private async Task<(IPage Tab, Caller Buyer, Order Order)> OrderAsync(params (string Name, string Value)[] headers)
    {
        var shop = running.Shop;
        var ticket = await (await shop.SellerAsync()).ListTicketAsync();
        var buyer = await shop.SignUpAsync();
        var placed = (await buyer.PostAsync("/api/orders", new { ticketId = ticket.Id }, headers)).Read<Order>(System.Net.HttpStatusCode.Created);
        var order = await buyer.WaitForStatusAsync(placed.Id, Order.PendingPayment);
        var tab = await running.Browser.NewTabAsync();
        var signedIn = await tab.APIRequest.PostAsync(
            $"{shop.Endpoints.Accounts}api/users/signin", new() { DataObject = new { email = buyer.Session.Email, password = Shop.Password } });
        Assert.Equal(200, signedIn.Status);
        return (tab, buyer, order);
    }

    /// <summary>Waits until the buyer's tab shows the order so.</summary>
    private async Task SeesAsync(IPage tab, Order order, string status)
    {
        var seen = "";
        await Eventually.IsAsync(
            async () =>
            {
                await tab.GotoAsync($"{running.Shop.Endpoints.Orders}api/orders/{order.Id}");
                seen = await tab.Locator("body").InnerTextAsync();
                return seen.Contains($"\"status\":\"{status}\"", StringComparison.Ordinal);
            },
            () => seen);
    }

    private static (string Name, string Value) NewTrace(out string trace) => ("traceparent", $"00-{trace = Guid.NewGuid().ToString("N")}-00f067aa0ba902b7-01");

    /// <summary>The shop with its dashboard, and a browser.</summary>
    public sealed class RunningShop : IAsyncLifetime
    {
        private AppHostProcess _apphost = null!;

        internal Shop Shop { get; private set; } = null!;

        internal Browser Browser { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            if (!Browser.IsAvailable)
                return;
            _apphost = AppHostProcess.StartWithDashboard();
            Shop = new(await _apphost.ReadyAsync());
            Browser = await Browser.StartAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (Browser is null)
                return;
            await Browser.DisposeAsync();
            Shop.Dispose();
            await _apphost.DisposeAsync();
        }
    }
}
