using Spectre.Console;

namespace Ticketing.Standalone;

/// <summary>The one table that says what runs where.</summary>
internal static class EndpointsTable
{
    public static void Print(IEnumerable<ServiceInstance> services, string kafka, string? dashboard)
    {
        var table = new Table().AddColumns("Name", "URL").Border(TableBorder.Rounded);
        // Plain columns for whoever reads this through a pipe.
        if (Console.IsOutputRedirected)
            table.NoBorder().HideHeaders();
        foreach (var service in services)
            table.AddRow(service.Name, service.Url);
        table.AddRow("kafka", kafka);
        if (dashboard is not null)
            table.AddRow("dashboard", dashboard);
        AnsiConsole.Write(table);
    }
}
