using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.UnitTests.Http;

/// <summary>A service with nothing but the defaults and a few calls.</summary>
internal sealed class HttpService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
    private readonly KnownHealth _health = new();
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("ticketing-keys-");

    private HttpService(IEnumerable<(string Name, string Value)> settings)
    {
        var builder = WebApplication.CreateBuilder(
            [$"--DataProtection:KeyRing={_keys.FullName}", .. settings.Select(setting => $"--{setting.Name}={setting.Value}")]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("tried", issuesSessions: true);
        builder.Services.AddSingleton<HealthCheckService>(_health);
        _app = builder.Build();
        _app.UseServiceDefaults();
        var calls = _app.MapGroup("/api").WithHeaderRules();
        calls.MapGet("/things", () => TypedResults.Ok("a thing"));
        calls.MapPost("/things", (Thing thing) => TypedResults.Ok(thing));
        calls.MapPost("/session", (Thing _) => TypedResults.SignIn(
            new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "u")], "tried")), null, CookieAuthenticationDefaults.AuthenticationScheme));
        calls.MapGet("/session", (ClaimsPrincipal user) => TypedResults.Ok(user.Id())).RequireAuthorization();
        calls.MapPost("/private", (Thing thing) => TypedResults.Ok(thing)).RequireAuthorization();
        calls.MapGet("/pages", ([PageSize] int limit = 50, bool sold = false, [FromHeader(Name = IdempotencyKey.Header), IdempotencyKey.WellFormed] string? key = null) => TypedResults.Ok($"{limit} {sold} {key}"));
        calls.MapPost("/wishes", (Wishes wishes) => TypedResults.Ok(wishes));
        calls.MapGet("/replicas/{id}", async (string id, HttpContext http) => await Refusals.NotFoundHereAsync(http, "thing", id));
        calls.MapGet("/broken", IResult () => throw new InvalidOperationException("as the test wants"));
    }

    /// <summary>What <c>/health</c> says of Kafka.</summary>
    public HealthStatus Kafka
    {
        get => _health.Kafka;
        set => _health.Kafka = value;
    }

    public Uri Url => new(_app.Urls.First());

    public static async Task<HttpService> StartAsync(params (string Name, string Value)[] settings)
    {
        var service = new HttpService(settings);
        await service._app.StartAsync();
        return service;
    }

    public Task<HttpResponseMessage> SendAsync(string method, string path, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, method == "POST" ? """{"name":"x"}""" : null, headers);

    public async Task<HttpResponseMessage> SendAsync(
        string method, string path, string? body, (string Name, string Value)[] headers, string type = "application/json")
    {
        using var request = new HttpRequestMessage(new(method), new Uri(Url, path));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _keys.Delete(recursive: true);
    }

    internal sealed record Thing(string? Name, IReadOnlyList<Thing>? Parts = null);

    /// <summary>Fields with a rule that null does not break.</summary>
    internal sealed record Wishes(
        [property: Range(0, 9)] int? Count, [property: Range(0, 9)] decimal? Price, [property: DataType(DataType.DateTime)] DateTimeOffset? At);

    private sealed class KnownHealth : HealthCheckService
    {
        public HealthStatus Kafka { get; set; } = HealthStatus.Healthy;

        public override Task<HealthReport> CheckHealthAsync(Func<HealthCheckRegistration, bool>? predicate, CancellationToken cancellationToken = default)
        {
            var check = new HealthCheckRegistration(MessagingExtensions.HealthCheck, _ => throw new NotSupportedException(), null, null);
            Assert.True(predicate!(check));
            return Task.FromResult(new HealthReport(
                new Dictionary<string, HealthReportEntry> { [check.Name] = new(Kafka, null, TimeSpan.Zero, null, null) }, TimeSpan.Zero));
        }
    }
}
