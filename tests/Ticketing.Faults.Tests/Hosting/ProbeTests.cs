using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.ServiceDefaults;
using Ticketing.Testing;

namespace Ticketing.Faults.Tests.Hosting;

/// <summary>What <c>/health</c> says of a dependency that answers late, badly or never.</summary>
public sealed class ProbeTests : IAsyncDisposable
{
    private readonly Dependency _dependency = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly WebApplication _service;

    public ProbeTests()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("watched");
        builder.Services.AddHealthChecks().Add(new("thing", _ => _dependency, HealthStatus.Degraded, tags: null));
        _service = builder.Build();
        _service.UseServiceDefaults();
    }

    [Fact]
    public async Task What_was_never_seen_is_degraded_and_has_no_age()
    {
        await _service.StartAsync();
        var health = await AskAsync();
        Assert.Equal(("degraded", "degraded"), (Status(health), Status(health, "thing")));
        Assert.False(health.GetProperty("age").TryGetProperty("thing", out _));

        _dependency.Answer(HealthCheckResult.Healthy());
        await BecomesAsync("healthy");
    }

    [Fact]
    public async Task What_does_not_answer_any_more_is_degraded_and_asked_only_once_at_a_time()
    {
        _dependency.Answer(HealthCheckResult.Healthy());
        await _service.StartAsync();
        await BecomesAsync("healthy");

        _dependency.Hang();
        var health = await BecomesAsync("degraded");
        Assert.Equal("healthy", Status(health, "store"));
        Assert.True(health.GetProperty("age").GetProperty("thing").GetDouble() > 1);
        Assert.Equal(1, _dependency.Open);

        _dependency.Answer(HealthCheckResult.Healthy());
        health = await BecomesAsync("healthy");
        Assert.InRange(health.GetProperty("age").GetProperty("thing").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task What_throws_is_degraded()
    {
        _dependency.Throw();
        await _service.StartAsync();
        var health = await BecomesAsync("degraded");
        Assert.Equal(("degraded", "healthy"), (Status(health, "thing"), Status(health, "store")));
        // An exception's text may say more than anyone should know.
        Assert.False(health.TryGetProperty("reasons", out _));
    }

    [Fact]
    public async Task What_says_why_it_is_degraded_is_quoted()
    {
        _dependency.Answer(HealthCheckResult.Degraded("Topic x cannot be created."));
        await _service.StartAsync();
        var health = await BecomesAsync("degraded");
        Assert.Equal("""{"thing":"Topic x cannot be created."}""", health.GetProperty("reasons").GetRawText());
    }

    [Fact]
    public async Task What_a_healthy_one_says_is_a_notice()
    {
        _dependency.Answer(HealthCheckResult.Healthy("Topic x has lost records."));
        await _service.StartAsync();
        var health = await BecomesAsync("healthy");
        Assert.Equal("""{"thing":"Topic x has lost records."}""", health.GetProperty("notices").GetRawText());
        Assert.False(health.TryGetProperty("reasons", out _));
    }

    [Fact]
    public async Task Alive_asks_nothing()
    {
        await _service.StartAsync();
        Assert.Equal("""{"status":"healthy","checks":{}}""", await _http.GetStringAsync(new Uri(new Uri(_service.Urls.First()), "/alive")));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _service.DisposeAsync();
    }

    private static string? Status(JsonElement health) => health.GetProperty("status").GetString();

    private static string? Status(JsonElement health, string check) => health.GetProperty("checks").GetProperty(check).GetString();

    private async Task<JsonElement> BecomesAsync(string status)
    {
        var health = default(JsonElement);
        await Eventually.IsAsync(
            async () =>
            {
                health = await AskAsync();
                var age = health.GetProperty("age");
                return Status(health, "thing") == status && age.TryGetProperty("thing", out _) && age.TryGetProperty("store", out _);
            },
            () => $"{health}");
        return health;
    }

    private async Task<JsonElement> AskAsync() =>
        JsonSerializer.Deserialize<JsonElement>(await _http.GetStringAsync(new Uri(new Uri(_service.Urls.First()), "/health")));

    private sealed class Dependency : IHealthCheck
    {
        private volatile TaskCompletionSource<HealthCheckResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _open;

        public int Open => Volatile.Read(ref _open);

        public void Answer(HealthCheckResult result) => _answer.SetResult(result);

        public void Hang() => _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Throw() => _answer.SetException(new InvalidOperationException("It is away."));

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _open);
            try
            {
                return await _answer.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _open);
            }
        }
    }
}
