using Ticketing.Dashboard.Tests.Browsing;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;

namespace Ticketing.Dashboard.Tests;

/// <summary>What an operator sees in the Aspire dashboard that the AppHost starts.</summary>
public sealed class DashboardTests
{
    private const string Ordered = "orders: POST /api/orders";

    private static readonly string[] Services = ["expiration", "notifications", "orders", "payments", "tickets"];

    private static readonly (string, string)[] PaidOrder =
    [
        ("orders", "POST /api/orders"), ("tickets", "process order.created"), ("orders", "process ticket.reserved"),
        ("payments", "create payment.created"), ("payments", "charge payment"), ("orders", "process payment.succeeded"),
        ("tickets", "process order.completed"),
    ];

    private static readonly (string, string)[] ExpiredOrder =
    [
        ("orders", "POST /api/orders"), ("tickets", "process order.created"), ("orders", "process ticket.reserved"),
        ("expiration", "due timers"), ("orders", "process expiration.expired"), ("tickets", "process order.cancelled"),
    ];

    [Fact]
    public async Task Each_order_is_one_trace_through_every_service()
    {
        Assert.SkipUnless(Browser.IsAvailable, Browser.Missing);
        await using var apphost = AppHostProcess.StartWithDashboard("--hold", "00:00:05");
        var endpoints = await apphost.ReadyAsync();
        using var shop = new Shop(endpoints);
        var buyer = await shop.SignUpAsync();
        var ticket = await (await shop.SellerAsync()).ListTicketAsync(quantity: 2);
        await buyer.BuyAsync(ticket);
        await buyer.WaitForStatusAsync((await buyer.OrderAsync(ticket)).Id, Order.Cancelled);
        await shop.SettleAsync();

        await using var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync(endpoints.Dashboard!);
        IReadOnlyList<(string Root, string Id)> traces = [];
        await Eventually.IsAsync(
            async () => (traces = await page.TracesAsync()).Count(trace => trace.Root == Ordered) >= 2, () => string.Join("\n", traces));
        await page.ScreenshotAsync("traces", height: 800);
        // What orchestrators and load balancers ask all the time is no news.
        Assert.DoesNotContain(traces, trace => trace.Root.Contains("/health", StringComparison.Ordinal));
        var orders = traces.Where(trace => trace.Root == Ordered).Select(trace => trace.Id).ToList();
        Assert.Equal(2, orders.Count);
        Shows(PaidOrder, await page.SpansAsync(orders[0], Is(PaidOrder[^1])));
        await page.ScreenshotAsync("trace-paid-order", height: 1650);
        Shows(ExpiredOrder, await page.SpansAsync(orders[1], Is(ExpiredOrder[^1])));
        await page.ScreenshotAsync("trace-expired-order", height: 1750);

        await page.OpenMetricAsync("orders", "Ticketing.Messaging", "ticketing.events.age");
        await page.ScreenshotAsync("metrics");
        Assert.Contains("ticketing.events.processed", await page.InstrumentsAsync());
    }

    private static Func<SpanRow, bool> Is((string Resource, string Name) step) =>
        row => row.Resource == step.Resource && row.Name.Contains(step.Name, StringComparison.Ordinal);

    private static void Shows((string Resource, string Name)[] steps, IReadOnlyList<SpanRow> spans)
    {
        Assert.Equal(Services, spans.Select(span => span.Resource).Distinct().Order());
        var found = 0;
        foreach (var span in spans)
            if (found < steps.Length && Is(steps[found])(span))
                found++;
        Assert.True(found == steps.Length, $"{steps.ElementAtOrDefault(found)} is not where it belongs in\n{string.Join("\n", spans)}");
    }
}
