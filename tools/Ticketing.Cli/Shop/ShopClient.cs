using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Spectre.Console;

namespace Ticketing.Cli;

/// <summary>What a service answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The JSON; undefined if there is none.</param>
/// <param name="ETag">The version of what it shows; null if it has none.</param>
/// <param name="Next">The path of the next page; null if there is none.</param>
internal sealed record Reply(HttpStatusCode Status, JsonElement Body, string? ETag, string? Next);

/// <summary>Calls the services of a shop, as somebody who signs in or as anyone. The session is kept in memory, and is over when this is disposed of.</summary>
internal sealed class ShopClient : IAsyncDisposable
{
    public static readonly Option<string?> EmailOption = new("--email")
    {
        Description = $"Who signs in. Without it: {EmailVariable} in the environment. The password is {PasswordVariable} in the environment, or is asked for.",
        HelpName = "ADDRESS",
    };

    private const string EmailVariable = "TICKETING_EMAIL";
    private const string PasswordVariable = "TICKETING_PASSWORD";

    private static readonly TimeSpan SignOutPatience = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly ShopEndpoints _endpoints;
    private (string Access, string Refresh)? _tokens;

    private ShopClient(ShopEndpoints endpoints) => _endpoints = endpoints;

    public IEnumerable<string> Services => _endpoints.Services;

    /// <summary>Someone who does not sign in.</summary>
    public static ShopClient Anyone(ParseResult arguments) => new(ShopEndpoints.From(arguments));

    /// <exception cref="CliException">Who it is is not said, or is not believed.</exception>
    public static async Task<ShopClient> SignInAsync(ParseResult arguments, CancellationToken stop)
    {
        var client = Anyone(arguments);
        try
        {
            var email = arguments.GetValue(EmailOption) ?? Environment.GetEnvironmentVariable(EmailVariable)
                ?? throw new CliException("Nobody is named who signs in", $"--email ADDRESS, or {EmailVariable} in the environment", ExitCode.Usage);
            var password = Environment.GetEnvironmentVariable(PasswordVariable) ?? await AskAsync(email, stop);
            await client.BeginAsync("signin", new { email, password }, stop);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a stream of events.</summary>
    /// <param name="service">Which service.</param>
    /// <param name="path">The path and the query.</param>
    /// <param name="last">The id of the last event that is known; null if none is.</param>
    /// <param name="stop">Stops it.</param>
    public async Task<HttpResponseMessage> OpenAsync(string service, string path, string? last, CancellationToken stop)
    {
        var response = await SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_endpoints.UrlOf(service), path));
                if (last is not null)
                    request.Headers.Add("Last-Event-ID", last);
                return request;
            },
            service, stop);
        return response.IsSuccessStatusCode ? response : throw await RefusedAsync(response, stop);
    }

    public Task<Reply> GetAsync(string service, string path, CancellationToken stop, string? known = null, HttpStatusCode? expected = null) =>
        CallAsync(HttpMethod.Get, service, path, null, known, expected, stop);

    public Task<Reply> PostAsync(string service, string path, object? body, CancellationToken stop, HttpStatusCode? expected = null) =>
        CallAsync(HttpMethod.Post, service, path, body, null, expected, stop);

    public async ValueTask DisposeAsync()
    {
        if (_tokens is not null)
        {
            using var patience = new CancellationTokenSource(SignOutPatience);
            try
            {
                await PostAsync("accounts", "/api/users/signout", null, patience.Token);
            }
            catch (Exception e) when (e is CliException or OperationCanceledException)
            {
                // It ends by itself. What was asked for is done.
            }
        }
        _http.Dispose();
    }

    private static async Task<string> AskAsync(string email, CancellationToken stop)
    {
        if (Console.IsInputRedirected || Terminal.Live is not { } console)
            throw new CliException("Nobody can be asked for the password: there is no terminal", $"{PasswordVariable} in the environment", ExitCode.Usage);
        // .NET turns the terminal's echo off when it first looks for keys. What is typed before would be seen.
        _ = Console.KeyAvailable;
        return await new TextPrompt<string>($"Password of {Markup.Escape(email)}:").Secret(null).ShowAsync(console, stop);
    }

    // By a password or by a refresh token.
    private async Task BeginAsync(string call, object body, CancellationToken stop)
    {
        var session = (await PostAsync("accounts", $"/api/users/{call}", body, stop)).Body;
        _tokens = (session.Text("accessToken")!, session.Text("refreshToken")!);
    }

    /// <param name="method">The method.</param>
    /// <param name="service">Which service.</param>
    /// <param name="path">The path and the query.</param>
    /// <param name="body">What is sent as JSON; null is nothing.</param>
    /// <param name="known">The version that is known.</param>
    /// <param name="expected">A status besides those of success that is no error.</param>
    /// <param name="stop">Stops it.</param>
    private async Task<Reply> CallAsync(HttpMethod method, string service, string path, object? body, string? known, HttpStatusCode? expected, CancellationToken stop)
    {
        using var response = await SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(method, new Uri(_endpoints.UrlOf(service), path)) { Content = body is null ? null : JsonContent.Create(body) };
                if (known is not null)
                    request.Headers.TryAddWithoutValidation("If-None-Match", known);
                return request;
            },
            service, stop);
        if (!response.IsSuccessStatusCode && response.StatusCode != expected)
            throw await RefusedAsync(response, stop);
        try
        {
            var isJson = response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json";
            return new(
                response.StatusCode, isJson ? await response.Content.ReadFromJsonAsync<JsonElement>(stop) : default, response.Headers.ETag?.ToString(),
                response.Headers.TryGetValues("Link", out var links) && links.First().Split('<', '>') is ["", var next, "; rel=\"next\""] ? next : null);
        }
        catch (Exception e) when (IsAway(e, stop))
        {
            throw Away(service, response.RequestMessage!, e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, string service, CancellationToken stop)
    {
        var response = await TryAsync(make, service, stop);
        // An access token is good for some minutes only.
        if (response.StatusCode != HttpStatusCode.Unauthorized || _tokens is not { } old)
            return response;
        response.Dispose();
        _tokens = null;
        await BeginAsync("refresh", new { refreshToken = old.Refresh }, stop);
        return await TryAsync(make, service, stop);
    }

    private async Task<HttpResponseMessage> TryAsync(Func<HttpRequestMessage> make, string service, CancellationToken stop)
    {
        using var request = make();
        if (_tokens is { } tokens)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Access);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        }
        catch (Exception e) when (IsAway(e, stop))
        {
            throw Away(service, request, e);
        }
    }

    // The client's own time limit is a cancellation as well.
    private static bool IsAway(Exception e, CancellationToken stop) => e is HttpRequestException or IOException || (e is TaskCanceledException && !stop.IsCancellationRequested);

    private static CliException Away(string service, HttpRequestMessage request, Exception e) =>
        new($"{service} does not answer at {request.RequestUri!.GetLeftPart(UriPartial.Authority)}: {e.Message}", "does the shop run?") { IsAway = true };

    /// <summary>What a problem (RFC 9457) says.</summary>
    private static async Task<CliException> RefusedAsync(HttpResponseMessage response, CancellationToken stop)
    {
        var problem = Json.Parse(await response.Content.ReadAsStringAsync(stop)) ?? default;
        response.Dispose();
        var isObject = problem.ValueKind == JsonValueKind.Object;
        var rules = isObject && problem.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object
            ? string.Join(' ', errors.EnumerateObject().SelectMany(field => field.Value.EnumerateArray().Select(rule => rule.GetString()))) : null;
        var text = rules ?? (isObject ? problem.Text("detail") ?? problem.Text("title") : null) ?? $"The service answers {(int)response.StatusCode}";
        var wait = response.Headers.RetryAfter?.Delta is { } delta ? $"try again in {delta.TotalSeconds:0} s" : null;
        return new(text, response.StatusCode == HttpStatusCode.Forbidden && text.Contains("role", StringComparison.Ordinal) ? "docs/running.md says who has which role" : wait)
        {
            IsAway = response.StatusCode >= HttpStatusCode.InternalServerError,
        };
    }
}
