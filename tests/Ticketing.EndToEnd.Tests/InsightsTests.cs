using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Confluent.Kafka;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Kafka;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Insights beside what its users can count themselves from the log.</summary>
public sealed class InsightsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Insights_has_counted_what_is_in_the_log_whatever_happened_to_it()
    {
        var seed = Environment.GetEnvironmentVariable("TICKETING_INSIGHTS_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("TICKETING_INSIGHTS_SEED={0}", seed);
        var random = new Random(seed);
        // As fast as it can, because somebody waits for it.
        await using var services = await ShopProcesses.StartAsync(("Insights__Poll", "00:00:00.05"));
        var shop = services.Shop;
        Caller[] sellers = [await shop.SignUpAsync(), await shop.SignUpAsync()];
        Caller[] buyers = [await shop.SignUpAsync(), await shop.SignUpAsync(), await shop.SignUpAsync()];
        var operating = await shop.SignUpAsync();
        Ticket[] tickets =
        [
            await sellers[0].ListTicketAsync(price: 25.5m, quantity: 500, maxPerBuyer: 500), await sellers[0].ListTicketAsync(price: 0, quantity: 500, maxPerBuyer: 500),
            await sellers[1].ListTicketAsync(price: 7, quantity: 500, maxPerBuyer: 500),
        ];

        // Before it is there, and while it starts again: it reads the log from its beginning.
        await LoadAsync(10);
        var first = await services.AddAsync("Insights");
        await AgreeAsync(sellers[0], first, tickets[..2]);
        await Task.WhenAll(LoadAsync(10), services.RestartAsync("Insights", ("Operators__UserIds__0", operating.Id)));
        await AgreeAsync(operating, first, tickets);

        await CheckRightsAsync(first);
        await CheckStreamAsync(first);

        // kill -9, in the middle of it.
        var load = LoadAsync(10);
        await services.KillAsync("Insights");
        await services.RestartAsync("Insights", ("Operators__UserIds__0", operating.Id));
        await load;
        await AgreeAsync(operating, first, tickets);

        // Two share the work, and each answers for both.
        load = LoadAsync(10);
        var second = await services.AddAsync("Insights", "Insights-2");
        await load;
        await Eventually.IsAsync(async () => await PartitionsAsync(first) > 0 && await PartitionsAsync(second) > 0, () => "one of them has no partitions", Patience);
        await LoadAsync(5);
        foreach (var instance in (Uri[])[first, second])
            foreach (var seller in sellers)
                await AgreeAsync(seller, instance, [.. tickets.Where(ticket => ticket.UserId == seller.Id)]);
        Assert.Equal(4 * KafkaNames.Partitions, await PartitionsAsync(first) + await PartitionsAsync(second));
        await services.KillAsync("Insights-2");
        await LoadAsync(5);
        await AgreeAsync(operating, first, tickets);

        // All of the log once more, by one that has its state.
        await services.StopAsync("Insights-2");
        await services.StopAsync("Insights");
        var numbers = await NumbersInLogAsync();
        await BeginAgainAsync(shop);
        var third = await services.AddAsync("Insights", "Insights-3");
        await services.RestartAsync("Insights-3", "Insights", ("Operators__UserIds__0", operating.Id));
        await Eventually.IsAsync(async () => await LagAsync(third) == 0, () => "it is behind", Patience);
        Assert.Equal(numbers, await NumbersInLogAsync());
        await AgreeAsync(operating, third, tickets);

        async Task LoadAsync(int count)
        {
            int[] seeds = [.. buyers.Select(_ => random.Next())];
            await Task.WhenAll(buyers.Zip(seeds, async (buyer, own) =>
            {
                var dice = new Random(own);
                for (var i = 0; i < count; i++)
                    await BuyAsync(buyer, dice, tickets);
            }));
        }

        // What it must agree with is read from the log each time, as the load may still go on in it.
        async Task AgreeAsync(Caller caller, Uri instance, IReadOnlyList<Ticket> own)
        {
            string? difference = null;
            await Eventually.IsAsync(
                async () => (difference = await DifferenceAsync(caller, instance, own)) is null, () => $"seed {seed}: {difference}", Patience);
        }

        async Task<string?> DifferenceAsync(Caller caller, Uri instance, IReadOnlyList<Ticket> own)
        {
            var expected = await Expected.ReadAsync(shop.Topics);
            var range = $"from={Time(expected.First)}&to={Time(expected.Last.AddMinutes(1))}";
            foreach (var (step, length, advance) in ((string, int, int)[])[("minute", 1, 1), ("fiveMinutes", 5, 1), ("hour", 60, 60)])
            {
                foreach (var ticket in own)
                    if (Differ($"{step} of {ticket.Id}", expected.Of([ticket.Id], length, advance), await AskAsync($"/tickets/{ticket.Id}?step={step}&{range}")) is { } one)
                        return one;
                foreach (var seller in own.Select(ticket => ticket.UserId).Distinct())
                    if (Differ($"{step} of {seller}", expected.Of([.. tickets.Where(ticket => ticket.UserId == seller).Select(ticket => ticket.Id)], length, advance), await AskAsync($"/sales?seller={seller}&step={step}&{range}")) is { } one)
                        return one;
                if (caller == operating && Differ($"{step} of all", expected.Of([.. tickets.Select(ticket => ticket.Id)], length, advance), await AskAsync($"/sales?step={step}&{range}")) is { } all)
                    return all;
            }
            var listed = (await caller.GetAsync(new Uri(instance, "/api/insights/tickets"))).Read<JsonElement[]>();
            return Differ(
                "list",
                string.Join('\n', own.Select(ticket => $"{ticket.Id} {ticket.Title} {ticket.UserId} {expected.AllOf(ticket.Id)}").Order()),
                string.Join('\n', listed.Select(one => $"{one.GetProperty("ticketId").GetString()} {one.GetProperty("title").GetString()} {one.GetProperty("sellerId").GetString()} {Sales(one.GetProperty("sales"))}").Order()));

            async Task<string> AskAsync(string path)
            {
                var got = await caller.GetAsync(new Uri(instance, $"/api/insights{path}"));
                if (got.Status != HttpStatusCode.OK)
                    return got.Body;
                var answer = got.Read<JsonElement>();
                var declines = string.Join(',', answer.GetProperty("declines").EnumerateObject().Select(decline => $"{decline.Name}={decline.Value}").Order());
                var times = answer.TryGetProperty("timeToPay", out var time)
                    ? string.Join(' ', ((string[])["p50Ms", "p90Ms", "p99Ms"]).Select(name => $"{time.GetProperty(name).GetInt64()}"))
                    : "";
                return $"{Sales(answer.GetProperty("sales"))} [{declines}] [{times}]\n{Windows("busiest")}\n{Windows("windows")}";

                string Windows(string name) =>
                    string.Join('\n', answer.GetProperty(name).EnumerateArray().Select(window => $"{window.GetProperty("at").GetDateTimeOffset():O} {Sales(window.GetProperty("sales"))}"));
            }
        }

        async Task CheckRightsAsync(Uri instance)
        {
            var path = $"/api/insights/tickets/{tickets[0].Id}";
            (await shop.Anyone.GetAsync(new Uri(instance, path))).IsProblem(HttpStatusCode.Unauthorized);
            foreach (var others in (string[])[path, $"/api/insights/sales?seller={sellers[0].Id}", "/api/insights/lag"])
                (await sellers[1].GetAsync(new Uri(instance, others))).IsProblem(HttpStatusCode.Forbidden);
            Assert.Empty((await buyers[0].GetAsync(new Uri(instance, "/api/insights/tickets"))).Read<JsonElement[]>());
            Assert.Empty((await buyers[0].GetAsync(new Uri(instance, "/api/insights/sales"))).Read<JsonElement>().GetProperty("windows").EnumerateArray());
            (await operating.GetAsync(new Uri(instance, "/api/insights/tickets/unknown"))).IsProblem(HttpStatusCode.NotFound);
            foreach (var (query, field, rule) in ((string, string, string)[])
                [
                    ("step=day", "step", "step must be minute, fiveMinutes or hour."),
                    ("from=yesterday", "from", "from must be a time with its offset, such as 2026-11-30T22:00:00Z."),
                    ("from=2026-01-01T00:00:00Z&to=2026-01-03T00:00:00Z", "from", "from must be before to, by at most a day."),
                    ("from=2026-01-01T00:00:00Z&to=2026-04-03T00:00:00Z&step=hour", "from", "from must be before to, by at most 90 days."),
                    ("from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from", "from must be before to, by at most a day."),
                ])
            {
                var refused = (await operating.GetAsync(new Uri(instance, $"{path}?{query}"))).Read<JsonElement>(HttpStatusCode.BadRequest);
                Assert.Equal(rule, refused.GetProperty("errors").GetProperty(field)[0].GetString());
            }
        }

        async Task CheckStreamAsync(Uri instance)
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(instance, "/api/insights/stream"));
            request.Headers.Authorization = new("Bearer", sellers[1].Session.AccessToken);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
            var before = (await Expected.ReadAsync(shop.Topics)).SeatsOf(tickets[2].Id);
            await buyers[0].BuyAsync(tickets[0]);
            await buyers[0].BuyAsync(tickets[2]);
            await foreach (var change in SseParser.Create(await answer.Content.ReadAsStreamAsync(Cancellation)).EnumerateAsync(Cancellation))
            {
                var ticket = JsonSerializer.Deserialize<JsonElement>(change.Data);
                // Nothing of the other seller's.
                Assert.Equal(("ticket", tickets[2].Id), (change.EventType, ticket.GetProperty("ticketId").GetString()));
                if (ticket.GetProperty("sales").GetProperty("seats").GetInt64() == before + 1)
                    break;
            }
        }

        async Task<int> PartitionsAsync(Uri instance)
        {
            var health = (await shop.Anyone.GetAsync(new Uri(instance, "/health"))).Read<JsonElement>();
            return health.TryGetProperty("notices", out var notices) && notices.TryGetProperty("streams", out var said)
                ? int.Parse(said.GetString()!.Split(' ').Single(word => word.All(char.IsAsciiDigit)), CultureInfo.InvariantCulture)
                : 0;
        }

        async Task<long> LagAsync(Uri instance) =>
            (await operating.GetAsync(new Uri(instance, "/api/insights/lag"))).Read<JsonElement>().GetProperty("records").EnumerateObject().Sum(topic => topic.Value.GetInt64());

        // The newest record of each key, as compaction leaves it.
        async Task<string> NumbersInLogAsync()
        {
            List<TopicRecord> records = [.. await shop.Topics.ReadAsync(Topics.InsightsWindows), .. await shop.Topics.ReadAsync(Topics.InsightsTickets)];
            return string.Join('\n', records.GroupBy(record => (record.Topic, record.Key), (key, same) => $"{key} {same.Last().Value}").Order());
        }
    }

    private static async Task BuyAsync(Caller buyer, Random dice, Ticket[] tickets)
    {
        var paid = dice.Next(2) == 0 ? tickets[0] : tickets[2];
        switch (dice.Next(8))
        {
            case 0:
                await buyer.BuyAsync([tickets[0], tickets[2]]);
                break;
            case 1:
                await buyer.KeepAsync(await buyer.BuyAsync(paid, 2), paid, 1);
                break;
            case 2:
                await buyer.CancelAsync(await buyer.BuyAsync(paid));
                break;
            case 3:
                await buyer.FailAsync(await buyer.ReserveAsync(paid));
                break;
            case 4:
                var order = await buyer.ReserveAsync(paid);
                await buyer.PayAsync(order, "pm_card_chargeDeclined");
                await buyer.PayAsync(order);
                await buyer.WaitForStatusAsync(order.Id, Order.Completed);
                break;
            case 5:
                await buyer.CancelAsync(await buyer.ReserveAsync(paid));
                break;
            case 6:
                await buyer.WaitForStatusAsync((await buyer.OrderAsync(tickets[1])).Id, Order.Completed);
                break;
            default:
                await buyer.BuyAsync(paid, dice.Next(1, 4));
                break;
        }
    }

    /// <summary>Sets the group back to the beginning of all that it reads, as a member: the embedded broker lets nobody else.</summary>
    private static async Task BeginAgainAsync(Shop shop)
    {
        string[] topics = [Topics.Orders, Topics.Payments, Topics.Tickets, Topics.InsightsSales];
        using var member = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = shop.Endpoints.Kafka,
            GroupId = "insights",
            EnableAutoCommit = false,
            SessionTimeoutMs = 6000,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range,
        }).Build();
        member.Subscribe(topics);
        // Members that were killed are in the group until their sessions time out.
        await Eventually.IsAsync(
            async () =>
            {
                await Task.Run(() => member.Consume(TimeSpan.FromMilliseconds(100)), Cancellation);
                return member.Assignment.Count == topics.Length * KafkaNames.Partitions;
            },
            () => $"it has {member.Assignment.Count} partitions", Patience);
        await Task.Run(
            () =>
            {
                member.Commit(member.Assignment.Select(partition => new TopicPartitionOffset(partition, 0)));
                member.Close();
            }, Cancellation);
        foreach (var topic in topics)
            Assert.All(await shop.Topics.CommittedAsync("insights", topic), committed => Assert.Equal(0, committed.Offset.Value));
    }

    private static string? Differ(string what, string expected, string actual) => expected == actual ? null : $"{what}:\nexpected {expected}\nis       {actual}";

    private static string Time(DateTimeOffset time) => Uri.EscapeDataString($"{time:O}");

    private static string Sales(JsonElement sales) => string.Join(
        ' ',
        ((string[])["placed", "reserved", "paid", "seats"]).Select(name => sales.GetProperty(name).GetInt64())
            .Select(number => $"{number}").Append(string.Join(',', sales.GetProperty("revenue").EnumerateObject().Select(amount => $"{amount.Name}={amount.Value.GetDecimal():0.##}").Order())));

    /// <summary>What happened to orders, as anybody can read it from the log.</summary>
    private sealed class Expected(IReadOnlyList<Expected.Happening> happenings)
    {
        public DateTimeOffset First => happenings.Min(happening => happening.At);

        public DateTimeOffset Last => happenings.Max(happening => happening.At);

        public static async Task<Expected> ReadAsync(ShopTopics topics)
        {
            var payments = await topics.ReadAsync(Topics.Payments);
            var happenings = new List<Happening>();
            foreach (var order in (await topics.ReadAsync(Topics.Orders)).GroupBy(record => record.OrderId))
            {
                var newest = order.MaxBy(record => record.Version)!.Value;
                var isSold = newest.GetProperty("status").GetString() == "completed";
                var placed = TimeOf(order.First());
                foreach (var line in newest.GetProperty("lines").EnumerateArray())
                {
                    var ticket = line.GetProperty("ticketId").GetString()!;
                    Add("placed", order.First());
                    Add("reserved", order.FirstOrDefault(record => record.Type is "order.pending" or "order.completed"));
                    if (order.FirstOrDefault(record => record.Type == "order.completed") is { } completed)
                    {
                        var seats = isSold ? line.GetProperty("quantity").GetInt32() - (line.TryGetProperty("cancelled", out var cancelled) ? cancelled.GetInt32() : 0) : 0;
                        happenings.Add(new(ticket, "paid", TimeOf(completed))
                        {
                            Seats = seats,
                            Revenue = seats * line.GetProperty("unitPrice").GetDecimal(),
                            Took = TimeOf(completed) - placed,
                        });
                    }
                    foreach (var declined in payments.Where(record => record.OrderId == order.Key && record.Type == "payment.failed").DistinctBy(record => record.Version))
                        happenings.Add(new(ticket, "declined", TimeOf(declined)) { Reason = declined.Text("reason") });

                    void Add(string step, TopicRecord? record)
                    {
                        if (record is not null)
                            happenings.Add(new(ticket, step, TimeOf(record)));
                    }
                }
            }
            return new(happenings);
        }

        public int SeatsOf(string ticket) => happenings.Where(happening => happening.Ticket == ticket).Sum(happening => happening.Seats);

        public string AllOf(string ticket) => Sales(happenings.Where(happening => happening.Ticket == ticket));

        /// <summary>What Insights should say of these tickets, in windows of so many minutes of which one begins each so many minutes.</summary>
        public string Of(string[] tickets, int length, int advance)
        {
            // Whole windows.
            var (from, to) = (Floor(First, advance), Floor(Last.AddMinutes(1).AddMinutes(advance).AddTicks(-1), advance));
            Happening[] own = [.. happenings.Where(happening => tickets.Contains(happening.Ticket))];
            var minutes = Windows(1, 1).ToList();
            var declines = own.Where(happening => happening.Step == "declined").GroupBy(happening => happening.Reason!, (reason, same) => $"{reason}={same.Count()}").Order();
            long[] took = [.. own.Where(happening => happening.Step == "paid").Select(happening => (long)Math.Max(1, Math.Round(happening.Took.TotalMilliseconds))).Order()];
            var times = took.Length == 0 ? "" : string.Join(' ', ((double[])[0.5, 0.9, 0.99]).Select(part => $"{EndOfBucket(took[(int)Math.Ceiling(part * took.Length) - 1])}"));
            var busiest = minutes.Where(minute => minute.Placed > 0).OrderByDescending(minute => minute.Placed).ThenBy(minute => minute.At).Take(5);
            return $"{Sales(own)} [{string.Join(',', declines)}] [{times}]\n{Lines(busiest)}\n{Lines(Windows(length, advance))}";

            IEnumerable<(DateTimeOffset At, int Placed, string Sales)> Windows(int length, int advance)
            {
                for (var at = from; at < to; at = at.AddMinutes(advance))
                {
                    Happening[] inside = [.. own.Where(happening => happening.At >= at && happening.At < at.AddMinutes(length))];
                    if (inside.Length > 0)
                        yield return (at, inside.Count(happening => happening.Step == "placed"), Sales(inside));
                }
            }

            static string Lines(IEnumerable<(DateTimeOffset At, int Placed, string Sales)> windows) => string.Join('\n', windows.Select(window => $"{window.At:O} {window.Sales}"));
        }

        private static DateTimeOffset TimeOf(TopicRecord record) =>
            // To the millisecond, as records have it.
            DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.Parse(record.Headers["ce_time"], CultureInfo.InvariantCulture).ToUnixTimeMilliseconds());

        private static DateTimeOffset Floor(DateTimeOffset time, int minutes) =>
            DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds() / (60 * minutes) * 60 * minutes);

        // Each bucket ends a fourth of a doubling later than the one before.
        private static long EndOfBucket(long milliseconds)
        {
            var end = 0;
            while (Math.Pow(2, end / 4.0) < milliseconds)
                end++;
            return (long)Math.Ceiling(Math.Pow(2, end / 4.0));
        }

        private static string Sales(IEnumerable<Happening> happenings)
        {
            var all = happenings.ToList();
            var revenue = all.Sum(happening => happening.Revenue);
            return $"{Count("placed")} {Count("reserved")} {Count("paid")} {all.Sum(happening => happening.Seats)} {(revenue == 0 ? "" : $"USD={revenue:0.##}")}";

            int Count(string step) => all.Count(happening => happening.Step == step);
        }

        internal sealed record Happening(string Ticket, string Step, DateTimeOffset At)
        {
            public int Seats { get; init; }

            public decimal Revenue { get; init; }

            public TimeSpan Took { get; init; }

            public string? Reason { get; init; }
        }
    }
}
