using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OpenTelemetry;

namespace Ticketing.UnitTests.Telemetry;

/// <summary>What every service exports of its requests, and when.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class TelemetryTests
{
    /// <summary>Spans are heard by whoever listens in this process, so services in it run one after the other.</summary>
    public const string ServicesInProcess = "services in process";

    // Nobody listens there, which a service does not mind.
    private static readonly (string, string) Endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");

    [Theory]
    [InlineData("GET", "/things/5?token=secret", "GET /things/{id}", "/things/{id}", 200)]
    [InlineData("POST", "/things/5", "POST", null, 405)]
    [InlineData("GET", "/nothing", "GET", null, 404)]
    [InlineData("BREW", "/nothing", "HTTP", null, 404)]
    [InlineData("GET", "/broken", "GET /broken", "/broken", 500)]
    [InlineData("GET", "/away", "GET /away", "/away", 503)]
    [InlineData("GET", "/numbers/x?token=secret", "GET /numbers/{number}", "/numbers/{number}", 400)]
    public async Task A_requests_span_says_what_was_asked_and_what_came_of_it(string method, string path, string name, string? route, int status)
    {
        await using var service = await ObservedService.StartAsync(Endpoint);

        var span = await service.CallAsync(path, method);

        Assert.Equal(name, span.DisplayName);
        Assert.Equal(ActivityKind.Server, span.Kind);
        Assert.Equal(method == "BREW" ? "_OTHER" : method, span.GetTagItem("http.request.method"));
        Assert.Equal(route, span.GetTagItem("http.route"));
        Assert.Equal(status, span.GetTagItem("http.response.status_code"));
        Assert.Equal(status >= 500 ? $"{status}" : null, span.GetTagItem("error.type"));
        Assert.Equal(status >= 500 ? ActivityStatusCode.Error : ActivityStatusCode.Unset, span.Status);
        Assert.Null(span.GetTagItem("url.query"));
        Assert.DoesNotContain(span.TagObjects, tag => tag.Value is string text && text.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Why_a_call_is_answered_503_is_in_its_span_and_once_a_minute_in_the_log()
    {
        await using var service = await ObservedService.StartAsync(Endpoint);

        for (var call = 0; call < 3; call++)
            Assert.Contains(
                (await service.CallAsync("/away")).Events,
                one => one.Name == "exception" && one.Tags.Any(tag => tag.Key == "exception.message" && Equals(tag.Value, "as the test wants")));

        Assert.Contains("as the test wants", Assert.Single(service.Log, line => line.StartsWith("Warning: A call was answered 503", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task A_probe_has_no_span_and_nothing_that_it_causes_has_one(string path)
    {
        await using var service = await ObservedService.StartAsync(Endpoint);
        Assert.Empty(await service.SpansAsync(path));
        Assert.Equal(["/things/5", "GET /things/{id}"], from span in await service.SpansAsync("/things/5") select span.DisplayName);
    }

    [Fact]
    public async Task Nothing_is_observed_without_an_endpoint_or_when_it_is_disabled()
    {
        await using var silent = await ObservedService.StartAsync();
        Assert.Null(silent.Traces);
        await using var disabled = await ObservedService.StartAsync(Endpoint, ("OTEL_SDK_DISABLED", "true"));
        Assert.Null(disabled.Traces);
    }

    [Fact]
    public async Task The_usual_variables_say_who_it_is_and_what_is_sampled()
    {
        await using var service = await ObservedService.StartAsync(
            Endpoint, ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=7,team=shop"), ("OTEL_TRACES_SAMPLER", "always_off"));

        var resource = service.Traces!.GetResource().Attributes.ToDictionary(attribute => attribute.Key, attribute => attribute.Value);
        Assert.Equal("observed", resource["service.name"]);
        Assert.Equal("7", resource["service.instance.id"]);
        Assert.Equal("shop", resource["team"]);
        Assert.Contains("service.version", resource.Keys);
        Assert.Empty(await service.SpansAsync("/things/5"));

        await using var named = await ObservedService.StartAsync(Endpoint, ("OTEL_SERVICE_NAME", "other"));
        Assert.Contains(named.Traces!.GetResource().Attributes, attribute => attribute is { Key: "service.name", Value: "other" });
    }

    [Fact]
    public async Task What_is_left_is_sent_when_the_service_stops()
    {
        await using var service = await ObservedService.StartAsync(Endpoint);
        Assert.False(service.HasFlushed);
        await service.StopAsync();
        Assert.True(service.HasFlushed);
    }

    [Fact]
    public async Task A_collector_that_does_not_answer_does_not_keep_a_service_from_ending()
    {
        // It accepts connections, and that is all.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var service = await ObservedService.StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{silent.LocalEndpoint}"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "60000"));
        await service.CallAsync("/broken");

        var started = Stopwatch.GetTimestamp();
        await service.StopAsync();
        await service.DisposeAsync();

        // The SDK alone waits 15 s: 5 s for each signal, one after the other.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
