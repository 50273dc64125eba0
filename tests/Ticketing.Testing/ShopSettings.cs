namespace Ticketing.Testing;

/// <summary>Settings of the shop's services for tests and benchmarks, as environment variables.</summary>
public static class ShopSettings
{
    /// <summary>By default a sign-up takes a tenth of a second of processor time or more, and tests make hundreds.</summary>
    public static readonly (string Name, string? Value) CheapPasswords = ("Passwords__IterationCount", "1000");

    /// <summary>By default only a service in development lets users in whose address is not verified.</summary>
    public static readonly (string Name, string? Value) AnyEmail = ("Accounts__RequireVerifiedEmail", "false");

    /// <summary>By default, groups commit once a second, and tests wait for that again and again.</summary>
    public static readonly (string Name, string? Value) FastCommits = ("Kafka__AutoCommitIntervalMs", "100");

    /// <summary>
    /// Raises what keeps callers from guessing and hoarding. Everything here comes from one address, at once, and in a load a few buyers place thousands of orders.
    /// </summary>
    public static readonly IReadOnlyList<(string Name, string? Value)> HighLimits =
    [
        ("Accounts__SignUpPerAddress__Burst", "1000000"),
        ("Accounts__SignInPerAddress__Burst", "1000000"),
        ("Accounts__SignInPerAddressAndAccount__Burst", "1000000"),
        ("Accounts__SignInPerAccount__Burst", "1000000"),
        ("Accounts__MailPerAddress__Burst", "1000000"),
        ("Passwords__MaxWaiting", "1000000"),
        ("Orders__PlacePerBuyer__Burst", "1000000"),
        ("Orders__MaxOpenHolds", "1000000"),
    ];

    /// <summary>The same as options of the AppHost.</summary>
    public static IEnumerable<string> AsOptions(this IEnumerable<(string Name, string? Value)> settings) =>
        settings.Select(setting => $"--{setting.Name.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}");
}
