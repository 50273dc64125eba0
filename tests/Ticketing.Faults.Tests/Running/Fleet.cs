using System.Text.Json;
using Ticketing.Testing;

namespace Ticketing.Faults.Tests.Running;

/// <summary>All instances of all services.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    public Fleet(RunEnvironment environment) =>
        All = [.. new[] { ("Accounts", 1), ("Tickets", 2), ("Orders", 2), ("Payments", 1), ("Expiration", 1) }
            .SelectMany(service => Enumerable.Range(1, service.Item2).Select(number => new ServiceProcess(service.Item1, number, environment)))];

    public IReadOnlyList<ServiceProcess> All { get; }

    /// <summary>Where a service listens.</summary>
    public IReadOnlyList<Uri> Of(string project) => [.. All.Where(instance => instance.Project == project).Select(instance => instance.Url)];

    public async Task StartAsync()
    {
        foreach (var instance in All)
            await instance.StartAsync();
        await BecomeHealthyAsync();
    }

    public async Task BecomeHealthyAsync()
    {
        foreach (var instance in All)
        {
            var answer = "";
            await Eventually.IsAsync(
                async () => (answer = await HealthAsync(instance)).Contains("\"status\":\"healthy\"", StringComparison.Ordinal),
                () => $"{instance.Name}{instance.Ended}: {answer}", Patience);
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
        _http.Dispose();
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
