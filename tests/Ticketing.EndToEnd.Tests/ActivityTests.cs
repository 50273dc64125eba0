using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Ticketing.Contracts;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Stores;

namespace Ticketing.EndToEnd.Tests;

/// <summary>What operators see of what services did and programs log.</summary>
public sealed class ActivityTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("memory")]
    [InlineData("postgres")]
    [InlineData("mongodb")]
    public async Task Operators_find_what_happened_and_nobody_else_does(string store)
    {
        Assert.SkipWhen(store == "postgres" && !PostgresServer.IsAvailable, PostgresServer.Missing);
        Assert.SkipWhen(store == "mongodb" && !MongoServer.IsAvailable, MongoServer.Missing);
        await using var postgres = store == "postgres" ? await PostgresServer.StartAsync("fsync=off") : null;
        await using var mongo = store == "mongodb" ? await MongoServer.StartAsync() : null;
        await using var services = await ShopProcesses.StartAsync(
            ["Activity"], ("Documents__Store", store), ("ConnectionStrings__postgres", postgres?.ConnectionString), ("ConnectionStrings__mongodb", mongo?.ConnectionString));
        var shop = services.Shop;
        var (operating, buyer) = (await shop.SignUpAsync(), await shop.SignUpAsync());
        await services.RestartAsync("Activity", ("Operators__UserIds__0", operating.Id));
        (await shop.Anyone.GetAsync("/api/activity")).IsProblem(HttpStatusCode.Unauthorized);
        foreach (var path in (string[])["", "/counts", "/stream"])
            (await buyer.GetAsync($"/api/activity{path}")).IsProblem(HttpStatusCode.Forbidden);
        Assert.Empty(await FindAsync("?text=nothing+is+like+this"));

        // An order's way, as the services tell it.
        var order = await buyer.BuyAsync(await (await shop.SellerAsync()).ListTicketAsync(quantity: 3));
        string[] way = ["new-order", "order-pending", "new-payment", "payment-succeeded", "order-approved"];
        await Eventually.IsAsync(async () => (await FindAsync($"?subject={order.Id}")).Count == way.Length, () => "its way is not there");
        var actions = await FindAsync($"?subject={order.Id}&kind=actions");
        Assert.Equal(way.Reverse(), actions.Select(entry => entry.GetProperty("action").GetString()));
        var steps = await FindAsync($"?trace={actions[^1].GetProperty("traceId").GetString()}&kind=actions");
        Assert.Equal(
            ["order-pending", "seats-reserved", "new-order"],
            steps.Select(entry => entry.GetProperty("action").GetString()).Where(action => action is "order-pending" or "seats-reserved" or "new-order"));

        // As any program would, and one of them does not know how.
        var (now, trace) = (DateTimeOffset.UtcNow, new string('7', 32));
        await shop.Topics.ProduceAsync(Topics.Activity, Enumerable.Range(1, 3).Select(i => ("o-1", (object)new
        {
            type = "action",
            serviceName = "box-office",
            action = $"step-{i}",
            at = now.AddSeconds(i - 10),
            actor = buyer.Id,
            subject = "o-1",
            @event = "box.step",
            traceId = trace,
        })));
        await shop.Topics.ProduceAsync(Topics.Logs, Enumerable.Range(1, 25).Select(i => ("", (object)new
        {
            message = $"Seat {i} <script>alert(1)</script> is torn",
            timestamp = now.AddSeconds(-i),
            service = "turnstile",
            level = i == 7 ? "error" : "debug",
            properties = new { seat = $"{i}" },
        })));
        await shop.Topics.ProduceAsync(Topics.Logs, ("", "turnstile 9 says hello"));
        await Eventually.IsAsync(
            async () => (await FindAsync("?service=turnstile")).Count == 25 && (await FindAsync("?text=hello")).Count == 1 && (await FindAsync("?subject=o-1")).Count == 3, () => "it is not there");

        foreach (var query in (string[])["?subject=o-1", $"?trace={trace}", $"?actor={buyer.Id}&service=box-office", "?kind=actions&text=box.st*"])
            Assert.Equal(["step-3", "step-2", "step-1"], (await FindAsync(query)).Select(entry => entry.GetProperty("action").GetString()));
        var raw = Assert.Single(await FindAsync("?text=TURNSTILE+hello"));
        Assert.Equal(("\"turnstile 9 says hello\"", true, "log"), (raw.GetProperty("message").GetString(), raw.GetProperty("isRaw").GetBoolean(), raw.GetProperty("kind").GetString()));
        Assert.False(raw.TryGetProperty("level", out _));
        var error = Assert.Single(await FindAsync("?service=turnstile&level=warning&kind=logs"));
        Assert.Equal(("Seat 7 <script>alert(1)</script> is torn", "7"), (error.GetProperty("message").GetString(), error.GetProperty("properties").GetProperty("seat").GetString()));
        Assert.Equal(["Seat 2 ", "Seat 3 "], (await FindAsync($"?service=turnstile&from={Time(now.AddSeconds(-3))}&to={Time(now.AddSeconds(-1))}")).Select(Start));

        var (page, read) = (await operating.GetAsync("/api/activity?service=turnstile&limit=10"), new List<JsonElement>());
        while (true)
        {
            read.AddRange(page.Read<List<JsonElement>>());
            if (page.Headers["Link"].FirstOrDefault() is null)
                break;
            page = await operating.GetAsync(page.Next!);
        }
        Assert.Equal(Enumerable.Range(1, 25).Select(i => $"Seat {i} "), read.Select(Start));

        var minutes = (await operating.GetAsync("/api/activity/counts?service=turnstile")).Read<List<JsonElement>>();
        var counts = minutes.SelectMany(minute => minute.GetProperty("counts").EnumerateObject()).GroupBy(count => count.Name, count => count.Value.GetInt64()).ToDictionary(same => same.Key, same => same.Sum());
        Assert.Equal((24, 1, 2), (counts["debug"], counts["error"], counts.Count));
        Assert.All(minutes, minute => Assert.Equal(0, minute.GetProperty("at").GetDateTimeOffset().Second));

        (await operating.GetAsync("/api/activity?kind=x&level=fatal&text=-&from=today&trace=1&service=&after=x&limit=0"))
            .IsInvalid("kind", "level", "text", "from", "trace", "service", "after", "limit");
        (await operating.GetAsync($"/api/activity/counts?from={Time(now.AddDays(-2))}")).IsInvalid("from");
        (await operating.GetAsync("/api/activity/stream?after=-1", ("Last-Event-ID", "x"))).IsInvalid("after", "Last-Event-ID");
        (await operating.SendAsync(HttpMethod.Head, "/api/activity/stream", null)).Is(HttpStatusCode.OK);

        // Live, on another instance too where they share a store, and again after a restart.
        var one = shop.Endpoints.Activity!;
        var other = store == "memory" ? one : await AddAsync();
        await using var here = await OpenAsync(one, null);
        await using var there = await OpenAsync(other, null);
        await TellAsync(1);
        var id = (await here.NextAsync("bell 1")).EventId;
        Assert.Equal(id, (await there.NextAsync("bell 1")).EventId);
        await TellAsync(2);
        await here.NextAsync("bell 2");
        if (store == "memory")
            return;
        await services.RestartAsync("Activity", ("Operators__UserIds__0", operating.Id));
        await TellAsync(3);
        await there.NextAsync("bell 2");
        await there.NextAsync("bell 3");
        await using var again = await OpenAsync(one, id);
        await again.NextAsync("bell 2");
        await again.NextAsync("bell 3");

        async Task<Uri> AddAsync()
        {
            var added = await services.AddAsync("Activity", "Activity-2");
            await services.RestartAsync("Activity-2", "Activity", ("Operators__UserIds__0", operating.Id));
            return added;
        }

        async Task<List<JsonElement>> FindAsync(string query) => (await operating.GetAsync($"/api/activity{query}")).Read<List<JsonElement>>();

        Task TellAsync(int number) => shop.Topics.ProduceAsync(Topics.Logs, ("", new { message = $"bell {number}", timestamp = DateTimeOffset.UtcNow, service = "bell", level = "information" }));

        Task<Tail> OpenAsync(Uri service, string? last) => Tail.OpenAsync(new Uri(service, "/api/activity/stream?service=bell"), operating, last);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static string Start(JsonElement entry) => entry.GetProperty("message").GetString()!.Split('<')[0];

    /// <summary>The stream as an operator reads it.</summary>
    private sealed class Tail(HttpClient http, HttpResponseMessage response, Stream body) : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly IAsyncEnumerator<SseItem<string>> _events = SseParser.Create(body).EnumerateAsync(Cancellation).GetAsyncEnumerator();

        public static async Task<Tail> OpenAsync(Uri url, Caller caller, string? last)
        {
            var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Authorization = new("Bearer", caller.Session.AccessToken);
            if (last is not null)
                request.Headers.Add("Last-Event-ID", last);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            return new(http, response, await response.Content.ReadAsStreamAsync(Cancellation));
        }

        /// <summary>Waits for the next one, which must say this.</summary>
        public async Task<SseItem<string>> NextAsync(string message)
        {
            Assert.True(await _events.MoveNextAsync().AsTask().WaitAsync(Patience));
            Assert.Equal(("entry", message), (_events.Current.EventType, JsonDocument.Parse(_events.Current.Data).RootElement.GetProperty("message").GetString()));
            return _events.Current;
        }

        public async ValueTask DisposeAsync()
        {
            response.Dispose();
            await _events.DisposeAsync();
            http.Dispose();
        }
    }
}
