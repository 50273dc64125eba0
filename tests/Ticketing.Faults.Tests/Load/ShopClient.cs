using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Ticketing.Faults.Tests.Load;

/// <summary>Calls whichever instance; one that does not answer, or not well, is no reason to give up.</summary>
internal sealed class ShopClient(Func<string, IReadOnlyList<Uri>> instances) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(1),
        MaxConnectionsPerServer = 200,
    })
    { Timeout = TimeSpan.FromSeconds(4) };

    /// <summary>Where a service listens.</summary>
    public IReadOnlyList<Uri> InstancesOf(string service) => instances(service);

    /// <summary>Asks until someone gives an answer that is the shop's, not the fault's.</summary>
    /// <returns>Null if the load ended before.</returns>
    public Task<(HttpStatusCode Status, JsonElement Body)?> SendAsync(
        HttpMethod method, string service, string path, object? body, string? token, string? key, CancellationToken stop) => SendAsync(
            method, () => new Uri(Random.Shared.GetItems([.. instances(service)], 1)[0], path), body, token, key, stop);

    /// <inheritdoc cref="SendAsync(HttpMethod, string, string, object?, string?, string?, CancellationToken)"/>
    public async Task<(HttpStatusCode Status, JsonElement Body)?> SendAsync(
        HttpMethod method, Func<Uri> at, object? body, string? token, string? key, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(method, at());
            request.Content = body is null ? null : JsonContent.Create(body);
            if (token is not null)
                request.Headers.Authorization = new("Bearer", token);
            if (key is not null)
                request.Headers.Add("Idempotency-Key", key);
            if (await TryAsync(request) is { } answer)
                return answer;
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return null;
    }

    public void Dispose() => _http.Dispose();

    // To its end even if the load is over by then: what is acknowledged must be known.
    private async Task<(HttpStatusCode, JsonElement)?> TryAsync(HttpRequestMessage request)
    {
        try
        {
            using var response = await _http.SendAsync(request, CancellationToken.None);
            if ((int)response.StatusCode >= 500)
                return null;
            var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
            return (response.StatusCode, text.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(text) : default);
        }
        // A peer that dies between the connection and the first look at it is a bare SocketException (.NET 10).
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or SocketException)
        {
            return null;
        }
    }
}
