using System.CommandLine.Parsing;
using System.Globalization;
using Ticketing.Standalone.Dashboards;
using Ticketing.Standalone.Stores;

namespace Ticketing.Standalone;

/// <summary>Reads the option values that a plain conversion would accept too much of.</summary>
internal static class OptionParsers
{
    private static readonly int MaxInstances = ServiceInstance.Services.Count() * ServiceReplicas.Max;

    // A bare number is refused: TimeSpan would read it as days.
    public static TimeSpan? Hold(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var hold) && hold > TimeSpan.Zero)
            return hold;
        result.AddError($"--hold '{text}' is not a time greater than zero, such as 00:00:05.");
        return null;
    }

    public static int PortBase(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var last = ushort.MaxValue - MaxInstances - DashboardPorts.Behind;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= last)
            return port;
        result.AddError($"--port-base '{text}' is not a number from 0 to {last}.");
        return 0;
    }

    public static string? BootstrapServers(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.Split(',').All(IsHostAndPort))
            return text;
        result.AddError($"--kafka '{text}' is not HOST:PORT[,HOST:PORT].");
        return null;
    }

    public static string? Store(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text is StoreChoice.Memory or StoreChoice.Postgres || StoreChoice.IsConnectionString(text))
            return text;
        result.AddError($"--store '{text}' is neither memory, postgres nor a connection string such as Host=…;Username=… or mongodb://….");
        return null;
    }

    private static bool IsHostAndPort(string server) =>
        server.LastIndexOf(':') is > 0 and var colon
        && Uri.CheckHostName(server[..colon].Trim('[', ']')) != UriHostNameType.Unknown
        && ushort.TryParse(server[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        && port > 0;
}
