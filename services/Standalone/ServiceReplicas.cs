using System.CommandLine.Parsing;
using System.Globalization;
using Ticketing.Standalone.Stores;

namespace Ticketing.Standalone;

/// <summary>Reads <c>--replicas orders=2,tickets=2</c>.</summary>
internal static class ServiceReplicas
{
    public const int Max = 9;

    // It makes the key ring that all others read; two of it on an empty ring would make two.
    private const string Single = "accounts";

    public static IReadOnlyDictionary<string, int> None { get; } = new Dictionary<string, int>();

    public static IReadOnlyDictionary<string, int>? Parse(ArgumentResult result)
    {
        var replicas = new Dictionary<string, int>();
        foreach (var part in result.Tokens[0].Value.Split(','))
        {
            if (part.Split('=') is not [var service, var text] || !ServiceInstance.Services.Contains(service)
                || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > Max)
                result.AddError($"--replicas '{part}' is not SERVICE=N with one of {string.Join(", ", ServiceInstance.Services)}, and N from 1 to {Max}.");
            else if (service == Single && number > 1)
                result.AddError($"--replicas '{part}': {Single} makes the keys of all sessions and runs once.");
            else if (!replicas.TryAdd(service, number))
                result.AddError($"--replicas names '{service}' twice.");
        }
        return replicas;
    }

    /// <returns>What is wrong with wanting so many on this store, or null.</returns>
    public static string? Problem(IReadOnlyDictionary<string, int> replicas, string? store) =>
        (store ?? StoreChoice.Memory) == StoreChoice.Memory && replicas.Values.Any(number => number > 1)
            ? "--replicas needs a store that instances can share, such as --store postgres; each has a memory of its own."
            : null;
}
