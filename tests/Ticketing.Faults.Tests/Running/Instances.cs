using Ticketing.Testing;

namespace Ticketing.Faults.Tests.Running;

/// <summary>One instance of each of some services.</summary>
internal sealed class Instances(RunEnvironment environment, int number, params IEnumerable<string> projects) : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    public IReadOnlyList<ServiceProcess> All { get; } = [.. projects.Select(project => new ServiceProcess(project, number, environment))];

    public Uri this[string project] => All.Single(instance => instance.Project == project).Url;

    public Task StartAsync(params (string Name, string? Value)[] settings) => Task.WhenAll(All.Select(instance => instance.StartAsync(settings)));

    /// <summary>Waits until <c>/health</c> of each says so.</summary>
    public async Task BecomeAsync(string status)
    {
        foreach (var instance in All)
        {
            var answer = "";
            await Eventually.IsAsync(
                async () =>
                {
                    answer = await HealthAsync(instance);
                    return answer.Contains($"\"status\":\"{status}\"", StringComparison.Ordinal);
                },
                () => $"{instance.Name}{instance.Ended} is not {status}: {answer}. Logs: {environment.Directory}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in All)
            await instance.DisposeAsync();
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
            return e.Message;
        }
    }
}
