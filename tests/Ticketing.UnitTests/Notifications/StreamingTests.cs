using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Messaging;
using Ticketing.Notifications;
using Ticketing.ServiceDefaults;
using Ticketing.Testing.Brokers;

namespace Ticketing.UnitTests.Notifications;

/// <summary>The stream as bytes, of instances in this process that share a store.</summary>
public sealed class StreamingTests : IAsyncLifetime
{
    private readonly MemoryDatabase _database = new();
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("ticketing-keys-");
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // 1 to 3 are no longer kept.
    public async ValueTask InitializeAsync() => await _database.Store(Inbox.Documents).WriteManyAsync(
        [new(Some.Buyer, 1, new() { UserId = Some.Buyer, Next = 6, Items = new Inbox { UserId = Some.Buyer }.Items.Add(Note(4)).Add(Note(5)) }, [])], Cancellation);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        _keys.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_stream_tells_what_is_gone_keeps_the_connection_alive_and_goes_on_after_a_restart()
    {
        await using (var first = await StartAsync())
        {
            using var stream = await OpenAsync(first, "?after=1");
            Assert.Equal([":", "", "event: gap", "data: {\"after\":1}", "", "id: 4", "event: notification"], await LinesAsync(stream, 7));
            Assert.StartsWith("data: {\"number\":4,\"kind\":\"order_received\",", await stream.ReadLineAsync(Cancellation), StringComparison.Ordinal);
            Assert.Equal(["", "id: 5", "event: notification"], await LinesAsync(stream, 3));
            await LinesAsync(stream, 2);
            // Nothing is new, again and again.
            Assert.Equal([":", "", ":", ""], await LinesAsync(stream, 4));
            var stopping = first.StopAsync(Cancellation);
            while (await stream.ReadLineAsync(Cancellation) is { } line)
                Assert.True(line is ":" or "", line);
            await stopping;
        }
        await using var second = await StartAsync();
        // The browser says in the header what it has, and still calls the same address.
        using var resumed = await OpenAsync(second, "?after=1", ("Last-Event-ID", "4"));
        Assert.Equal([":", "", "id: 5"], await LinesAsync(resumed, 3));
        // An inbox that never came so far has begun anew.
        using var ahead = await OpenAsync(second, "", ("Last-Event-ID", "9"));
        Assert.Equal([":", "", "event: gap", "data: {\"after\":9}", "", "id: 4"], await LinesAsync(ahead, 6));
        // Whoever says nothing hears what is new.
        using var late = await OpenAsync(second, "");
        Assert.Equal([":", "", ":", ""], await LinesAsync(late, 4));
        await second.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_stream_ends_with_its_token_and_with_its_session()
    {
        await using var service = await StartAsync();
        using var expiring = await OpenAsync(service, "", lifetime: TimeSpan.FromSeconds(4));
        Assert.DoesNotContain("id:", await expiring.ReadToEndAsync(Cancellation), StringComparison.Ordinal);

        using var stream = await OpenAsync(service, "");
        await LinesAsync(stream, 2);
        var rest = stream.ReadToEndAsync(Cancellation);
        var sessions = service.Services.GetRequiredService<EndedSessions>();
        sessions.Take(new AccountUpdated { Id = "another", SessionEpoch = 1, Version = 1 }, DateTimeOffset.UtcNow);
        Assert.False(rest.IsCompleted);
        sessions.Take(new AccountUpdated { Id = Some.Buyer, SessionEpoch = 1, Version = 1 }, DateTimeOffset.UtcNow);
        await rest;
        await service.StopAsync(Cancellation);
    }

    private static Notification Note(int number) => new(number, NotificationKind.OrderReceived, Some.Noon) { OrderId = "o" };

    private static async Task<IReadOnlyList<string?>> LinesAsync(StreamReader stream, int count)
    {
        var lines = new List<string?>();
        while (lines.Count < count)
            lines.Add(await stream.ReadLineAsync(Cancellation));
        return lines;
    }

    private async Task<StreamReader> OpenAsync(WebApplication service, string query, (string Name, string Value)? header = null, TimeSpan? lifetime = null)
    {
        using var signedIn = await _http.PostAsync(new Uri($"{service.Urls.First()}/session?seconds={(lifetime ?? TimeSpan.FromHours(1)).TotalSeconds}"), null, Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{service.Urls.First()}/api/notifications/stream{query}");
        request.Headers.Add("Cookie", signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        if (header is { } one)
            request.Headers.Add(one.Name, one.Value);
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new(await response.Content.ReadAsStreamAsync(Cancellation));
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateBuilder([$"--DataProtection:KeyRing={_keys.FullName}", "--Notifications:Heartbeat=00:00:00.05"]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:kafka"] = EmbeddedBroker.Start().BootstrapServers;
        builder.AddServiceDefaults("notifications", issuesSessions: true);
        builder.AddMessaging(new Service("notifications").Documents(Inbox.Documents));
        builder.Services.AddSingleton<IDocumentDatabase>(_database).AddSingleton(new Texts(Texts.Folder)).AddSingleton<NotificationStream>();
        builder.Services.AddOptions<NotificationOptions>().BindConfiguration("Notifications");
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapNotifications();
        app.MapPost("/session", (double seconds) => TypedResults.SignIn(
            new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, Some.Buyer)], "tried")),
            new AuthenticationProperties { ExpiresUtc = DateTimeOffset.UtcNow.AddSeconds(seconds) }, CookieAuthenticationDefaults.AuthenticationScheme));
        await app.StartAsync(Cancellation);
        return app;
    }
}
