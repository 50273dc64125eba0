using System.Net.Http.Json;
using System.Text;

namespace Ticketing.Scenarios.Client;

/// <summary>Someone who calls the API: signed in, by an access token, or not.</summary>
public sealed partial class Caller(Shop shop, Session? session)
{
    public Session Session => session ?? throw new InvalidOperationException("Nobody is signed in.");

    public string Id => Session.Id;

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> GetAsync(Uri url) => SendAsync(HttpMethod.Get, url, null);

    public Task<Answer> PostAsync(string path, object? body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, body, headers);

    public Task<Answer> PutAsync(string path, object? body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, body, headers);

    public Task<Answer> PatchAsync(string path, object? body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Patch, path, body, headers);

    public Task<Answer> DeleteAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Delete, path, null, headers);

    /// <summary>Sends a request to the service that answers the path. A body that is a string goes as it is, as JSON.</summary>
    public Task<Answer> SendAsync(HttpMethod method, string path, object? body, params (string Name, string Value)[] headers) =>
        SendAsync(method, new Uri(shop.Endpoints.ServiceOf(path), path), body, headers);

    /// <inheritdoc cref="SendAsync(HttpMethod, string, object?, ValueTuple{string, string}[])"/>
    public async Task<Answer> SendAsync(HttpMethod method, Uri url, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Content = body switch
        {
            null => null,
            string text => new StringContent(text, Encoding.UTF8, "application/json"),
            _ => JsonContent.Create(body),
        };
        if (session is not null)
            request.Headers.Authorization = new("Bearer", session.AccessToken);
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await shop.SendAsync(request);
    }
}
