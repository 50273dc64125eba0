using System.Text.Json;

namespace Ticketing.Scenarios.Client;

/// <summary>Where a running shop listens: the launcher's <c>endpoints.json</c>.</summary>
public sealed record ShopEndpoints(Uri Accounts, Uri Tickets, Uri Orders, Uri Payments, Uri Expiration, string Kafka)
{
    /// <summary>Every service by name.</summary>
    public IEnumerable<(string Name, Uri Url)> Services =>
        [("accounts", Accounts), ("tickets", Tickets), ("orders", Orders), ("payments", Payments), ("expiration", Expiration)];

    public static ShopEndpoints Parse(string json) => JsonSerializer.Deserialize<ShopEndpoints>(json, Answer.Json)!;

    /// <summary>The service that answers a path of the API.</summary>
    public Uri ServiceOf(string path) => path.Split('/', '?') switch
    {
        ["", "api", "users", ..] => Accounts,
        ["", "api", "tickets", ..] => Tickets,
        ["", "api", "orders", ..] => Orders,
        ["", "api", "payments", ..] => Payments,
        _ => throw new ArgumentException($"No service answers '{path}'.", nameof(path)),
    };
}
