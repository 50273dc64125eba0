using System.Globalization;
using Microsoft.Playwright;
using Ticketing.Testing;

namespace Ticketing.Dashboard.Tests.Browsing;

/// <summary>The Aspire dashboard in a tab, as someone reads it.</summary>
internal sealed class DashboardPage(IPage page, Uri dashboard)
{
    private const int Width = 1500;

    /// <summary>The traces page from the oldest on: what each began with, and its id.</summary>
    public async Task<IReadOnlyList<(string Root, string Id)>> TracesAsync()
    {
        await OpenAsync("/traces");
        var cells = page.Locator("td[title*='Trace Id: ']");
        await cells.First.WaitForAsync();
        var titles = await cells.EvaluateAllAsync<string[]>("cells => cells.map(cell => cell.title)");
        return [.. titles.Select(title => title.Split("\nTrace Id: ")).Select(title => (title[0].Replace("Name: ", ""), title[1].Trim()))];
    }

    /// <summary>The rows of a trace's page, in the order of their beginning, when this span is among them.</summary>
    public async Task<IReadOnlyList<SpanRow>> SpansAsync(string trace, Func<SpanRow, bool> last)
    {
        IReadOnlyList<SpanRow> spans = [];
        await Eventually.IsAsync(
            async () =>
            {
                await OpenAsync($"/traces/detail/{trace}");
                await page.Locator("td .resource-name").First.WaitForAsync();
                spans = await ReadSpansAsync();
                return spans.Any(last);
            },
            () => $"the trace has {string.Join("\n", spans)}");
        return spans;
    }

    /// <summary>Opens the graph of one metric of a service.</summary>
    public async Task OpenMetricAsync(string resource, string meter, string instrument)
    {
        await page.SetViewportSizeAsync(Width, 900);
        await OpenAsync($"/metrics/resource/{resource}?meter={meter}&instrument={instrument}&duration=1&view=Graph");
        await page.Locator(".plot-container").First.WaitForAsync();
        // Ours are at the end of a long list.
        await page.Locator("fluent-tree-item.nested").Last.ScrollIntoViewIfNeededAsync();
    }

    /// <summary>The instruments that the metrics page lists.</summary>
    public async Task<IReadOnlyList<string>> InstrumentsAsync() =>
        await page.Locator("fluent-tree-item.nested").EvaluateAllAsync<string[]>("items => items.map(item => item.title)");

    /// <summary>Keeps what the tab shows as <c>NAME.png</c>.</summary>
    /// <param name="name">The file's name without its extension.</param>
    /// <param name="height">In pixels: enough for what is to be seen.</param>
    public async Task ScreenshotAsync(string name, int height = 900) =>
        // The dashboard warns that whoever reaches it may read it, which a page of documentation need not.
        await page.KeepScreenshotAsync(name, Width, height, style: ".messagebar-container { display: none !important }");

    private async Task OpenAsync(string path) => await page.GotoAsync(new Uri(dashboard, path).ToString());

    private async Task<IReadOnlyList<SpanRow>> ReadSpansAsync()
    {
        var rows = await page.Locator("tr:has(.resource-name)").EvaluateAllAsync<string[][]>(
            """
            rows => rows.map(row => [
                row.querySelector('.resource-name').textContent.trim(),
                row.querySelector('td').title,
                row.querySelector('.span-container').style.gridTemplateColumns.split('%')[0]])
            """);
        // Rows that began together stay as they are: what was caused is below its cause.
        return [.. rows.Select(row => new SpanRow(row[0], row[1], double.Parse(row[2], CultureInfo.InvariantCulture))).OrderBy(row => row.Start)];
    }
}
