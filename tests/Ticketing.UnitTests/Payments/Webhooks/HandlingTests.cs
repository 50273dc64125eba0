using System.Diagnostics;
using System.Threading.RateLimiting;
using Ticketing.Documents.Memory;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.Payments.Webhooks;
using Ticketing.Testing;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Payments.Webhooks;

/// <summary>What becomes of an event that is stored.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class HandlingTests
{
    [Fact]
    public async Task What_cannot_be_asked_is_asked_again_until_there_is_an_answer()
    {
        var provider = new Provider { Answer = _ => throw new HttpRequestException("as the test wants") };
        await using var service = await WebhookService.StartAsync(provider);
        await service.SendAsync("evt_1");

        foreach (var pause in new[] { 5, 10, 20 })
        {
            await PausesAsync(service, "evt_1", pause);
            service.Pass(TimeSpan.FromSeconds(pause));
        }
        await PausesAsync(service, "evt_1", 40);
        provider.Answer = _ => Task.FromResult(InquiryResult.NothingNew);
        service.Pass(TimeSpan.FromSeconds(40));

        var handled = await service.HandledAsync("evt_1");
        Assert.Equal((5, ProviderEventOutcome.NothingNew), (handled.Tries, handled.Outcome));
        Assert.Equal(5, provider.Asked.Count);
        Assert.Equal(4, service.Counted["retries payment_intent.succeeded"]);
        await service.CountsAsync("handled nothing_new payment_intent.succeeded");
        Assert.Contains(service.Log, line => line.StartsWith("Warning: Event evt_1 (payment_intent.succeeded) of pi_1 is not handled yet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_about_no_order_of_ours_is_asked_again_for_an_hour_and_then_ignored()
    {
        var provider = new Provider { Answer = _ => Task.FromResult(InquiryResult.NotOurs) };
        await using var service = await WebhookService.StartAsync(provider);
        await service.SendAsync("evt_1");

        await PausesAsync(service, "evt_1", 5);
        service.Pass(TimeSpan.FromMinutes(59));
        await PausesAsync(service, "evt_1", 10);
        service.Pass(TimeSpan.FromMinutes(1));

        var ignored = await service.HandledAsync("evt_1");
        Assert.Equal((3, ProviderEventOutcome.Ignored), (ignored.Tries, ignored.Outcome));
        await service.CountsAsync("handled ignored payment_intent.succeeded");
        Assert.Contains(service.Log, line => line.StartsWith("Information: Event evt_1 (payment_intent.succeeded) of pi_1 is ignored", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_three_days_an_operator_is_told()
    {
        var provider = new Provider { Answer = _ => throw new HttpRequestException("as the test wants") };
        await using var service = await WebhookService.StartAsync(provider);
        await service.SendAsync("evt_1");
        await PausesAsync(service, "evt_1", 5);
        Assert.Equal(0, service.OldestAge);

        service.Pass(TimeSpan.FromDays(3));

        var given = await service.HandledAsync("evt_1");
        Assert.Equal((2, ProviderEventOutcome.GivenUp), (given.Tries, given.Outcome));
        await service.CountsAsync("handled given_up payment_intent.succeeded");
        Assert.Contains(service.Log, line => line.StartsWith("Warning: Event evt_1 (payment_intent.succeeded) of pi_1 is given up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_instance_died_with_another_one_handles_when_the_lease_ends()
    {
        var (database, clock) = (new MemoryDatabase(), new WebhookService.MovableClock());
        var answer = new TaskCompletionSource<InquiryResult>();
        var dying = await WebhookService.StartAsync(new() { Answer = _ => answer.Task }, database, clock);
        await dying.SendAsync("evt_1");
        await dying.DisposeAsync();

        var provider = new Provider();
        await using var next = await WebhookService.StartAsync(provider, database, clock);
        Assert.Equal(1, (await next.StoredAsync("evt_1"))!.Tries);
        clock.Ahead += TimeSpan.FromSeconds(20);

        var handled = await next.HandledAsync("evt_1");
        Assert.Equal((2, ProviderEventOutcome.TakenOver), (handled.Tries, handled.Outcome));
        Assert.Single(provider.Asked);
    }

    [Fact]
    public async Task What_is_under_way_is_waited_for_when_the_service_stops()
    {
        var (database, answer, asked) = (new MemoryDatabase(), new TaskCompletionSource<InquiryResult>(), new TaskCompletionSource());
        var service = await WebhookService.StartAsync(
            new()
            {
                Answer = _ =>
                {
                    asked.SetResult();
                    return answer.Task;
                },
            },
            database);
        await service.SendAsync("evt_1");
        await asked.Task;

        var stop = service.DisposeAsync().AsTask();
        Assert.False(stop.IsCompleted);
        answer.SetResult(InquiryResult.TakenOver);
        await stop;

        Assert.Equal(ProviderEventOutcome.TakenOver, (await database.Store(ProviderEvent.Documents).ViewAsync("evt_1", TestContext.Current.CancellationToken))!.State.Outcome);
    }

    [Fact]
    public async Task Few_are_handled_at_a_time_however_many_arrive_and_all_in_the_end()
    {
        var (gate, atOnce, most) = (new TaskCompletionSource(), 0, 0);
        var provider = new Provider
        {
            Answer = async _ =>
            {
                var now = Interlocked.Increment(ref atOnce);
                lock (gate)
                    most = Math.Max(most, now);
                await gate.Task;
                Interlocked.Decrement(ref atOnce);
                return InquiryResult.TakenOver;
            },
        };
        await using var service = await WebhookService.StartAsync(provider);

        // All are answered while none is handled.
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i => (await service.SendAsync($"evt_{i}")).EnsureSuccessStatusCode()));
        await Eventually.IsAsync(() => provider.Asked.Count == ProviderEvents.MostAtOnce, () => $"{provider.Asked.Count} were asked");
        gate.SetResult();

        for (var i = 0; i < 100; i++)
            await service.HandledAsync($"evt_{i}");
        Assert.Equal((ProviderEvents.MostAtOnce, 100), (most, provider.Asked.Count));
    }

    [Fact]
    public async Task Stripe_is_asked_no_faster_than_it_allows()
    {
        using var limiter = new TokenBucketRateLimiter(new()
        {
            TokenLimit = 3,
            TokensPerPeriod = 3,
            ReplenishmentPeriod = TimeSpan.FromTicks(1),
            QueueLimit = ProviderEvents.MostAtOnce,
            AutoReplenishment = false,
        });
        var gateway = new AskedGateway();
        await using var service = await WebhookService.StartAsync(new() { Gateway = gateway }, limiter: limiter);

        for (var i = 0; i < 6; i++)
            await service.SendAsync($"evt_{i}", "charge.refunded");
        await Eventually.IsAsync(() => limiter.GetStatistics() is { CurrentQueuedCount: 3 }, () => $"{limiter.GetStatistics()?.CurrentQueuedCount} wait");
        Assert.Equal(3, gateway.Asked);
        limiter.TryReplenish();
        await Eventually.IsAsync(() => gateway.Asked == 6, () => $"{gateway.Asked} were asked");
    }

    [Fact]
    public async Task What_the_shop_knows_already_is_not_asked_for()
    {
        var gateway = new AskedGateway();
        await using var service = await WebhookService.StartAsync(new() { Gateway = gateway });
        await service.PayAsync(OrderPayment.Charged(Some.Processing(), "p", new("pi_1"), Some.Noon).State!);

        await service.SendAsync("evt_1");
        Assert.Equal(ProviderEventOutcome.NothingNew, (await service.HandledAsync("evt_1")).Outcome);
        Assert.Equal(0, gateway.Asked);

        await service.SendAsync("evt_2", "charge.refunded");
        await Eventually.IsAsync(() => gateway.Asked == 1, () => "it is not asked");
    }

    [Theory]
    [InlineData("sk_test_1", null, 12)]
    [InlineData("sk_live_1", null, 50)]
    [InlineData("sk_live_1", "7", 7)]
    public async Task By_default_webhooks_take_half_of_what_Stripe_allows(string key, string? setting, int expected)
    {
        await using var service = await WebhookService.StartWithAsync(
            new(), new MemoryDatabase(), new(), null,
            [("Payments:Stripe:ApiKey", key), .. setting is null ? [] : new[] { ("Payments:Stripe:QuestionsPerSecond", setting) }]);
        Assert.Equal(expected, service.Limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    [Fact]
    public async Task The_age_of_the_oldest_that_waits_is_told()
    {
        var provider = new Provider { Answer = _ => throw new HttpRequestException("as the test wants") };
        var (database, clock) = (new MemoryDatabase(), new WebhookService.MovableClock());
        await using (var service = await WebhookService.StartAsync(provider, database, clock))
        {
            await service.SendAsync("evt_1");
            await PausesAsync(service, "evt_1", 5);
        }
        clock.Ahead += TimeSpan.FromHours(1);

        await using var next = await WebhookService.StartAsync(provider, database, clock);
        await Eventually.IsAsync(() => next.OldestAge >= 3600, () => $"{next.OldestAge}");
    }

    [Fact]
    public async Task It_belongs_to_the_orders_trace_and_is_linked_with_the_webhooks()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Ticketing.Messaging" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (spans)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var service = await WebhookService.StartAsync();
        var order = (await service.PayAsync(Some.Processing())).Parent.Split('-')[1];

        foreach (var (id, about) in new[] { ("evt_1", "o"), ("evt_2", "unknown") })
        {
            await service.SendAsync(id, order: about);
            await service.HandledAsync(id);
            Activity? handling = null;
            await Eventually.IsAsync(() => (handling = Find("handle payment_intent.succeeded", id)) is not null, () => id);
            var webhook = (await service.StoredAsync(id))!.Trace!.Parent.Split('-')[1];
            Assert.NotEqual(order, webhook);
            Assert.Equal(about == "o" ? order : webhook, handling!.TraceId.ToHexString());
            if (about == "o")
                Assert.Equal(webhook, Assert.Single(handling.Links).Context.TraceId.ToHexString());
        }

        Activity? Find(string name, string id)
        {
            lock (spans)
                return spans.Where(span => span.OperationName == name).Skip(id == "evt_1" ? 0 : 1).FirstOrDefault();
        }
    }

    /// <summary>Waits until a try is over, and the next one is due after this many seconds.</summary>
    private static async Task PausesAsync(WebhookService service, string id, int seconds)
    {
        ProviderEvent? stored = null;
        await Eventually.IsAsync(
            async () => (stored = await service.StoredAsync(id)) is { Outcome: null } && stored.DueAt == service.Now.AddSeconds(seconds),
            () => $"{stored}");
    }

    /// <summary>A gateway that knows of no charge, and is asked.</summary>
    private sealed class AskedGateway : IPaymentGateway
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public Task<ProviderCharge?> FindAsync(string chargeId, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _asked);
            return Task.FromResult<ProviderCharge?>(null);
        }

        public bool Knows(string method) => throw new NotSupportedException();

        public Task<ChargeResult> ChargeAsync(Charge charge, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ChargeResult> VoidAsync(Charge charge, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ChargeResult> CancelAsync(string chargeId, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<RefundResult> RefundAsync(Refund refund, CancellationToken cancellation) => throw new NotSupportedException();

        public IAsyncEnumerable<ProviderNews> ListNewsAsync(DateTimeOffset since, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
