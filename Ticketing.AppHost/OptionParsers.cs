using System.CommandLine.Parsing;
using System.Data.Common;
using System.Globalization;

namespace Ticketing.AppHost;

/// <summary>Reads option values, and says which option is wrong and what it may be.</summary>
internal static class OptionParsers
{
    private const int MaxReplicas = 9;

    public static Mode? Mode(ArgumentResult result)
    {
        if (Enum.TryParse<Mode>(Value(result), ignoreCase: true, out var mode) && Enum.IsDefined(mode))
            return mode;
        result.AddError($"--mode '{Value(result)}' is neither containers nor embedded.");
        return null;
    }

    // A bare number is refused: TimeSpan would read it as days.
    public static string? Hold(ArgumentResult result)
    {
        if (Value(result).Contains(':') && TimeSpan.TryParse(Value(result), CultureInfo.InvariantCulture, out var hold) && hold > TimeSpan.Zero)
            return Value(result);
        result.AddError($"--hold '{Value(result)}' is not a time greater than zero, such as 00:00:05.");
        return null;
    }

    public static int PortBase(ArgumentResult result)
    {
        // Behind the instances there is the Stripe simulator.
        var last = ushort.MaxValue - MaxReplicas * Shop.Services.Count - 1;
        if (int.TryParse(Value(result), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 && port <= last)
            return port;
        result.AddError($"--port-base '{Value(result)}' is not a number from 1 to {last}.");
        return 0;
    }

    public static string? BootstrapServers(ArgumentResult result)
    {
        if (Value(result).Split(',').All(IsHostAndPort))
            return Value(result);
        result.AddError($"--kafka '{Value(result)}' is not HOST:PORT[,HOST:PORT].");
        return null;
    }

    public static string? Store(ArgumentResult result)
    {
        if (Value(result) is "memory" or "postgres" or "mongodb" || IsMongoDb(Value(result)) || IsPostgres(Value(result)))
            return Value(result);
        result.AddError($"--store '{Value(result)}' is neither memory, postgres, mongodb nor a connection string such as Host=…;Username=… or mongodb://….");
        return null;
    }

    public static IReadOnlyDictionary<string, int> Replicas(ArgumentResult result)
    {
        var replicas = new Dictionary<string, int>();
        foreach (var part in Value(result).Split(','))
        {
            if (part.Split('=') is not [var service, var text] || !Shop.Services.Contains(service)
                || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > MaxReplicas)
                result.AddError($"--replicas '{part}' is not SERVICE=N with one of {string.Join(", ", Shop.Services)}, and N from 1 to {MaxReplicas}.");
            else if (service == "accounts" && number > 1)
                result.AddError($"--replicas '{part}': accounts makes the keys of all sessions and runs once.");
            else if (!replicas.TryAdd(service, number))
                result.AddError($"--replicas names '{service}' twice.");
        }
        return replicas;
    }

    public static bool IsMongoDb(string store) =>
        store.StartsWith("mongodb://", StringComparison.Ordinal) || store.StartsWith("mongodb+srv://", StringComparison.Ordinal);

    private static bool IsPostgres(string store)
    {
        try
        {
            var settings = new DbConnectionStringBuilder { ConnectionString = store };
            return settings.ContainsKey("Host") || settings.ContainsKey("Server");
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsHostAndPort(string server) =>
        server.LastIndexOf(':') is > 0 and var colon
        && Uri.CheckHostName(server[..colon].Trim('[', ']')) != UriHostNameType.Unknown
        && ushort.TryParse(server[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        && port > 0;

    private static string Value(ArgumentResult result) => result.Tokens[0].Value;
}
