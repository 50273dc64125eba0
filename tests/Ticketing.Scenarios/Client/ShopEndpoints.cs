using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ticketing.Scenarios.Client;

/// <summary>Where a running shop listens, and its Stripe simulator if it has one: the AppHost's <c>endpoints.json</c>. Services that an order can do without may be missing.</summary>
public sealed record ShopEndpoints(
    Uri Accounts, Uri Tickets, Uri Orders, Uri Payments, Uri Expiration, Uri? Notifications, Uri? Activity, string Kafka, Uri? Dashboard = null, Uri? Stripe = null, Uri? Insights = null)
{
    private int _calls;

    /// <summary>Further instances: <c>orders-2</c> and so on.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Replicas { get; init; } = [];

    /// <summary>Every instance of every service, by name.</summary>
    public IEnumerable<(string Name, Uri Url)> Services =>
    [
        ("accounts", Accounts), ("tickets", Tickets), ("orders", Orders), ("payments", Payments), ("expiration", Expiration),
        .. Notifications is null ? [] : ((string, Uri)[])[("notifications", Notifications)],
        .. Activity is null ? [] : ((string, Uri)[])[("activity", Activity)],
        .. Insights is null ? [] : ((string, Uri)[])[("insights", Insights)],
        .. Replicas.Select(replica => (replica.Key, new Uri(replica.Value.GetString()!))),
    ];

    public static ShopEndpoints Parse(string json) => JsonSerializer.Deserialize<ShopEndpoints>(json, Answer.Json)!;

    /// <summary>All instances of a service.</summary>
    public IReadOnlyList<Uri> InstancesOf(string service) =>
        [.. Services.Where(instance => instance.Name.Split('-')[0] == service).Select(instance => instance.Url)];

    /// <summary>The service that answers a path of the API; its instances take turns.</summary>
    public Uri ServiceOf(string path)
    {
        var instances = InstancesOf(path.Split('/', '?') switch
        {
            ["", "api", "users", ..] => "accounts",
            ["", "api", "tickets", ..] => "tickets",
            ["", "api", "orders", ..] => "orders",
            ["", "api", "payments", ..] => "payments",
            ["", "api", "notifications", ..] => "notifications",
            ["", "api", "activity", ..] => "activity",
            ["", "api", "insights", ..] => "insights",
            _ => throw new ArgumentException($"No service answers '{path}'.", nameof(path)),
        });
        return instances[(int)((uint)Interlocked.Increment(ref _calls) % instances.Count)];
    }
}
