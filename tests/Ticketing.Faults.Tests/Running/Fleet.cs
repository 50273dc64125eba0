using System.Text.Json;
using System.Text.RegularExpressions;
using Ticketing.Faults.Tests.Load;
using Ticketing.Testing;

namespace Ticketing.Faults.Tests.Running;

/// <summary>All instances of all services.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // They are told for minutes after they were noticed, however well everything is by then.
    private const string Losses =
        @"^( ?(\S+ has lost records\. The state of every document is told again\.|\S+: partition \d+ has lost records: (\d+ was to come, and \d+ (comes|is the end)|it is another log)\.|\S+: records \d+ to \d+ of partition \d+ are gone, and were not read\.))+$";

    private readonly RunEnvironment _environment;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    public Fleet(RunEnvironment environment)
    {
        _environment = environment;
        All = [.. new[] { ("Accounts", 1), ("Tickets", 2), ("Orders", 2), ("Payments", 1), ("Expiration", 1), ("Notifications", 1) }
            .SelectMany(service => Enumerable.Range(1, service.Item2).Select(number => new ServiceProcess(service.Item1, number, environment)))];
        Stripe = new(environment, Of("Payments")[0]);
    }

    public IReadOnlyList<ServiceProcess> All { get; }

    /// <summary>Where Payments pays.</summary>
    public StripeProcess Stripe { get; }

    public IEnumerable<string> Projects => All.Select(instance => instance.Project).Distinct();

    /// <summary>The instances of services, by the names that those have in messages.</summary>
    public List<ServiceProcess> Of(IEnumerable<string> services) =>
        [.. All.Where(instance => services.Contains(instance.Project, StringComparer.OrdinalIgnoreCase))];

    /// <summary>Where a service listens.</summary>
    public IReadOnlyList<Uri> Of(string project) => [.. All.Where(instance => instance.Project == project).Select(instance => instance.Url)];

    /// <summary>Starts Stripe and Accounts, lets somebody sign up who may do what operators may, and starts the rest.</summary>
    public async Task<Person> StartAsync(ShopClient client)
    {
        await Stripe.StartAsync();
        var accounts = Of(["Accounts"]);
        await StartAsync(accounts);
        var operating = await Person.SignUpAsync(client);
        _environment.Operator = operating.Id;
        await StartAsync(All.Except(accounts));
        await BecomeHealthyAsync();
        return operating;
    }

    public async Task BecomeHealthyAsync()
    {
        foreach (var instance in All)
        {
            var answer = "";
            await Eventually.IsAsync(
                async () => IsWell(answer = await HealthAsync(instance)), () => $"{instance.Name}{instance.Ended}: {answer}", Patience);
        }
    }

    public async ValueTask<bool> OutboxesAreEmptyAsync()
    {
        foreach (var instance in All)
        {
            if (await HealthAsync(instance) is not { Length: > 0 } answer)
                return false;
            if (JsonSerializer.Deserialize<JsonElement>(answer).TryGetProperty("outbox", out var outbox) && outbox.GetInt32() > 0)
                return false;
        }
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(All.Select(instance => instance.DisposeAsync().AsTask()));
        await Stripe.DisposeAsync();
        _http.Dispose();
    }

    private static async Task StartAsync(IEnumerable<ServiceProcess> instances)
    {
        foreach (var instance in instances)
            await instance.StartAsync();
    }

    /// <summary>Whether all is well, but for what was lost.</summary>
    private static bool IsWell(string answer)
    {
        if (answer.Length == 0)
            return false;
        var health = JsonSerializer.Deserialize<JsonElement>(answer);
        return health.GetProperty("status").GetString() == "healthy"
            || (health.GetProperty("checks").EnumerateObject().All(check => check.Value.GetString() == "healthy" || check.Name == "kafka")
                && health.TryGetProperty("reasons", out var reasons) && Regex.IsMatch(reasons.GetProperty("kafka").GetString()!, Losses));
    }

    private async Task<string> HealthAsync(ServiceProcess instance)
    {
        try
        {
            return await _http.GetStringAsync(new Uri(instance.Url, "/health"));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return "";
        }
    }
}
