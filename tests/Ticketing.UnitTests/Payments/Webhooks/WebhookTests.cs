using System.Net;
using System.Text.Json;
using Ticketing.Documents.Memory;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.Payments.Webhooks;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Payments.Webhooks;

/// <summary>What Stripe is answered, and what is stored before that.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class WebhookTests
{
    private static readonly string[] Types =
    [
        "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled", "payment_intent.requires_action",
        "charge.refunded", "refund.updated", "refund.failed", "charge.dispute.created", "charge.dispute.closed",
    ];

    [Fact]
    public async Task An_event_is_stored_when_it_is_answered_without_what_it_says()
    {
        var provider = new Provider { Answer = Never };
        await using var service = await WebhookService.StartAsync(provider);

        using var answer = await service.SendAsync("evt_1");

        Assert.Equal((HttpStatusCode.OK, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        var stored = await service.StoredAsync("evt_1");
        Assert.Equal(
            ("evt_1", "payment_intent.succeeded", "pi_1", "o", DateTimeOffset.FromUnixTimeSeconds(1764500000), 1),
            (stored!.Id, stored.Type, stored.IntentId, stored.OrderId, stored.Created, stored.Tries));
        Assert.Equal(service.Now, stored.ReceivedAt);
        Assert.Equal(
            ["created", "dueAt", "id", "intentId", "orderId", "receivedAt", "trace", "tries", "type"],
            JsonSerializer.SerializeToElement(stored, ProviderEvent.Documents.Json).EnumerateObject().Select(field => field.Name).Order());
        Assert.Equal(1, service.Counted["received stored payment_intent.succeeded"]);
    }

    [Fact]
    public async Task Each_id_counts_once()
    {
        var provider = new Provider();
        await using var service = await WebhookService.StartAsync(provider);

        (await service.SendAsync("evt_1")).EnsureSuccessStatusCode();
        var handled = await service.HandledAsync("evt_1");
        (await service.SendAsync("evt_1")).EnsureSuccessStatusCode();
        (await service.SendAsync("evt_1", "payment_intent.canceled", "another")).EnsureSuccessStatusCode();

        Assert.Equal(handled, await service.StoredAsync("evt_1"));
        Assert.Single(provider.Asked);
        Assert.Equal((1, 1), (service.Counted["received duplicate payment_intent.succeeded"], service.Counted["received duplicate payment_intent.canceled"]));
    }

    [Fact]
    public async Task Of_many_arrivals_at_once_on_several_instances_one_is_handled()
    {
        var (provider, database) = (new Provider(), new MemoryDatabase());
        await using var first = await WebhookService.StartAsync(provider, database);
        await using var second = await WebhookService.StartAsync(provider, database);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i => (await (i % 2 == 0 ? first : second).SendAsync("evt_1")).EnsureSuccessStatusCode()));

        await first.HandledAsync("evt_1");
        Assert.Single(provider.Asked);
        Assert.Equal((1, 39), (Sum("received stored"), Sum("received duplicate")));

        long Sum(string what) => first.Counted.Concat(second.Counted).Where(each => each.Key.StartsWith(what, StringComparison.Ordinal)).Sum(each => each.Value);
    }

    [Fact]
    public async Task Every_type_that_is_handled_leads_to_a_question()
    {
        var provider = new Provider();
        await using var service = await WebhookService.StartAsync(provider);

        foreach (var type in Types)
        {
            (await service.SendAsync($"evt_{type.Replace('.', '_')}", type)).EnsureSuccessStatusCode();
            await service.HandledAsync($"evt_{type.Replace('.', '_')}");
            await service.CountsAsync($"handled taken_over {type}");
        }

        Assert.Equal(Enumerable.Repeat(("pi_1", (string?)"o"), Types.Length), provider.Asked);
        Assert.Equal(Types.Order(), StripeGateway.EventTypes.Order());
    }

    [Fact]
    public async Task Other_types_and_charges_of_others_are_counted_and_not_kept()
    {
        await using var service = await WebhookService.StartAsync();

        (await service.SendAsync("evt_1", "payment_intent.created")).EnsureSuccessStatusCode();
        (await service.SendAsync("evt_2", "customer.created")).EnsureSuccessStatusCode();
        (await service.SendBodyAsync(
            """{"id":"evt_3","type":"charge.refunded","created":1,"livemode":false,"data":{"object":{"object":"charge","id":"ch_1"}}}""")).EnsureSuccessStatusCode();

        Assert.Empty(await service.StoredAsync());
        // Whatever Stripe calls its types, there are few here.
        Assert.Equal(
            new Dictionary<string, long> { ["received ignored _OTHER"] = 2, ["received ignored charge.refunded"] = 1 }, service.Counted);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("of another secret")]
    [InlineData("of another body")]
    [InlineData("of six minutes ago")]
    [InlineData("of six minutes ahead")]
    [InlineData("empty")]
    [InlineData("v0")]
    public async Task Who_is_not_Stripe_is_refused_and_leaves_no_trace(string signature)
    {
        await using var service = await WebhookService.StartAsync();
        var body = StripeSigner.IntentEvent("evt_1", "payment_intent.succeeded", "pi_marked", "order_marked");

        using var answer = await service.SendBodyAsync(body, signature switch
        {
            "none" => "",
            "of another secret" => StripeSigner.Header(body, "whsec_another", service.Now),
            "of another body" => StripeSigner.Header($"{body} ", WebhookService.Secret, service.Now),
            "of six minutes ago" => StripeSigner.Header(body, WebhookService.Secret, service.Now.AddMinutes(-6)),
            "of six minutes ahead" => StripeSigner.Header(body, WebhookService.Secret, service.Now.AddMinutes(6)),
            "empty" => $"t={service.Now.ToUnixTimeSeconds()},v1=",
            _ => StripeSigner.Header(body, WebhookService.Secret, service.Now).Replace("v1=", "v0=", StringComparison.Ordinal),
        });

        await IsProblemAsync(
            answer, 400, "Stripe-Signature must have a signature of the body (v1) that was made with the endpoint's secret in the last 5 minutes.");
        Assert.Empty(await service.StoredAsync());
        Assert.Equal(new Dictionary<string, long> { ["received refused"] = 1 }, service.Counted);
        // Of the lowest level, so they would be there.
        Assert.NotEmpty(service.Log);
        Assert.All(service.Log, line => Assert.DoesNotMatch("_marked|v1=|v0=|whsec_", line));
    }

    [Fact]
    public async Task While_a_secret_is_replaced_both_are_good()
    {
        await using var service = await WebhookService.StartAsync();
        var (now, body) = (service.Now, StripeSigner.IntentEvent("evt_1", "refund.failed", "pi_1", "o"));

        (await service.SendBodyAsync(body, StripeSigner.Header(body, WebhookService.OtherSecret, now))).EnsureSuccessStatusCode();
        (await service.SendBodyAsync(
            body, $"t={now.ToUnixTimeSeconds()},v1={StripeSigner.Signature(body, "whsec_another", now)},v1={StripeSigner.Signature(body, WebhookService.Secret, now)}"))
            .EnsureSuccessStatusCode();

        Assert.Equal((1, 1), (service.Counted["received stored refund.failed"], service.Counted["received duplicate refund.failed"]));
    }

    [Fact]
    public async Task An_endpoint_that_gets_events_of_the_other_mode_is_wrong()
    {
        await using var service = await WebhookService.StartAsync();
        var live = StripeSigner.IntentEvent("evt_1", "payment_intent.succeeded", "pi_1", "o").Replace("\"livemode\":false", "\"livemode\":true", StringComparison.Ordinal);
        using var answer = await service.SendBodyAsync(live);
        await IsProblemAsync(answer, 400, "livemode must be false, as the shop's key is a test key.");
        Assert.Equal(1, service.Counted["received wrong_mode payment_intent.succeeded"]);

        await using var real = await WebhookService.StartWithAsync(
            new(), new MemoryDatabase(), new(), null, ("Payments:Stripe:ApiKey", "rk_live_1"), ("Payments:Stripe:WebhookSecrets:0", WebhookService.Secret));
        (await real.SendBodyAsync(live)).EnsureSuccessStatusCode();
        using var test = await real.SendAsync("evt_2");
        await IsProblemAsync(test, 400, "livemode must be true, as the shop's key is a live key.");
        Assert.Equal(["evt_1"], await real.StoredAsync());
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("""{"id":"evt_1","type":"refund.failed","livemode":false,"data":{"object":{"object":"refund","payment_intent":"pi_1/../x"}}}""")]
    public async Task What_is_signed_and_no_event_is_refused(string body)
    {
        await using var service = await WebhookService.StartAsync();

        using var answer = await service.SendBodyAsync(body);

        await IsProblemAsync(answer, 400, "The body must be an event of Stripe's.");
        Assert.Equal(new Dictionary<string, long> { ["received malformed"] = 1 }, service.Counted);
    }

    [Theory]
    [InlineData(256 * 1024, false, true)]
    // Here, the limit includes the chunks' lengths.
    [InlineData(255 * 1024, true, true)]
    [InlineData((256 * 1024) + 1, false, false)]
    [InlineData((256 * 1024) + 1, true, false)]
    public async Task A_body_has_at_most_256_KiB(int length, bool chunked, bool accepted)
    {
        await using var service = await WebhookService.StartAsync();
        var body = StripeSigner.IntentEvent("evt_1", "payment_intent.succeeded", "pi_1", "o").PadRight(length);

        using var answer = await service.SendBodyAsync(body, chunked: chunked);

        if (accepted)
            answer.EnsureSuccessStatusCode();
        else
            await IsProblemAsync(answer, 413, "The body must have at most 262144 bytes.");
        Assert.Equal(accepted ? ["evt_1"] : Array.Empty<string>(), await service.StoredAsync());
    }

    [Fact]
    public async Task Without_a_secret_there_is_no_endpoint()
    {
        await using var service = await WebhookService.StartWithAsync(new(), new MemoryDatabase(), new(), null, ("Payments:Stripe:ApiKey", "sk_test_1"));
        using var answer = await service.SendAsync("evt_1");
        await IsProblemAsync(answer, 404, "There is nothing at /api/payments/webhooks/stripe.");
    }

    private static async Task<InquiryResult> Never(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        return default;
    }

    private static async Task IsProblemAsync(HttpResponseMessage answer, int status, string detail)
    {
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(detail, JsonSerializer.Deserialize<JsonElement>(body).GetProperty("detail").GetString());
    }
}
