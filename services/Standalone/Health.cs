using System.Net;

namespace Ticketing.Standalone;

/// <summary>Asks a service's <c>/health</c> until it says that it is healthy: it and all that it depends on.</summary>
internal sealed class Health : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // A proxy of the environment has no business between the launcher and its children.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    /// <returns>Null, or the last answer when there was no better one in time.</returns>
    public async Task<string?> WaitAsync(ServiceInstance service, TimeSpan patience, CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await AskAsync(new Uri($"{service.Url}/health"), stop);
            if (answer is null || TimeProvider.System.GetElapsedTime(started) > patience)
                return answer;
            await Task.Delay(Pause, stop);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string?> AskAsync(Uri health, CancellationToken stop)
    {
        try
        {
            using var response = await _http.GetAsync(health, stop);
            var body = await response.Content.ReadAsStringAsync(stop);
            return response.StatusCode == HttpStatusCode.OK && body.Contains("\"status\":\"healthy\"", StringComparison.Ordinal)
                ? null
                : $"{health} answers {(int)response.StatusCode} {body}";
        }
        catch (HttpRequestException refused)
        {
            return $"{health}: {refused.Message}";
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            return $"{health} does not answer";
        }
    }
}
