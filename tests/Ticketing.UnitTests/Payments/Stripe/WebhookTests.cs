using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Stripe;
using Ticketing.Payments.Gateway;
using Ticketing.Tools.Stripe;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>Events are delivered as Stripe's documentation of webhooks says.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class WebhookTests : IAsyncLifetime
{
    public const string Secret = "whsec_simulated";

    private static readonly string[] OfAPayment = ["charge.succeeded", "payment_intent.created", "payment_intent.succeeded"];

    private WebhookReceiver _shop = null!;
    private SimulatedStripe _stripe = null!;

    public async ValueTask InitializeAsync()
    {
        _shop = await WebhookReceiver.StartAsync();
        _stripe = await SimulatedStripe.StartAsync(_shop.Options);
    }

    public async ValueTask DisposeAsync()
    {
        await _stripe.DisposeAsync();
        await _shop.DisposeAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_is_posted_with_a_signature_of_time_and_body()
    {
        await _stripe.ChargeAsync();
        var webhook = await _shop.NextAsync();

        Assert.Equal("POST /webhooks application/json; charset=utf-8 Stripe/1.0 (+https://stripe.com/docs/webhooks)", webhook.Request);
        // "Verify webhook signatures manually": HMAC with SHA-256, keyed by the secret, of the timestamp, a dot and the body.
        var (time, signature) = (webhook.Signature.Split(',')[0], webhook.Signature.Split(',')[1]);
        Assert.StartsWith("t=", time, StringComparison.Ordinal);
        var signed = Encoding.UTF8.GetBytes($"{time[2..]}.{webhook.Body}");
        Assert.Equal($"v1={Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed)).ToLower(CultureInfo.InvariantCulture)}", signature);

        // Stripe's own library takes it, too, and the version that it was made for.
        var told = EventUtility.ConstructEvent(webhook.Body, webhook.Signature, Secret);
        Assert.Equal((webhook.Id, webhook.Type), (told.Id, told.Type));
        Assert.Equal(1, told.PendingWebhooks);
        var listed = await _stripe.Account.V1.Events.GetAsync(told.Id, null, null, TestContext.Current.CancellationToken);
        Assert.Equal((told.Type, told.Created, told.Request.Id, "k"), (listed.Type, listed.Created, listed.Request.Id, listed.Request.IdempotencyKey));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_not_answered_with_2xx_is_delivered_again()
    {
        var answers = new Queue<int>([500, 404, 302, 204]);
        _shop.Answer = webhook => webhook.Type != "charge.succeeded" || answers.Count == 0 ? 200 : answers.Dequeue();
        await _stripe.ChargeAsync();

        var received = await _shop.NextTypesAsync(6);
        Assert.Equal(["charge.succeeded", "charge.succeeded", "charge.succeeded", .. OfAPayment], received);
        await _stripe.WaitForPendingAsync(0);
        Assert.Equal(["500", "404", "302", "204"], _stripe.Books.DeliveriesOf(Told("charge.succeeded").Id).Select(delivery => delivery.Answer));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_not_taken_is_delivered_after_a_restart_and_nothing_else()
    {
        var isUp = false;
        _shop.Answer = webhook => isUp || webhook.Type != "charge.succeeded" ? 200 : 503;
        await _stripe.ChargeAsync();
        await _stripe.WaitForPendingAsync(1);

        await _stripe.RestartAsync(_shop.Options);
        isUp = true;
        await _stripe.WaitForPendingAsync(0);

        Assert.Equal("200", _stripe.Books.DeliveriesOf(Told("charge.succeeded").Id)[^1].Answer);
        Assert.All(["payment_intent.created", "payment_intent.succeeded"], type => Assert.Single(_stripe.Books.DeliveriesOf(Told(type).Id)));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_that_is_too_old_is_given_up()
    {
        _shop.Answer = _ => 500;
        await _stripe.RestartAsync([.. _shop.Options, "--webhooks:giveUpAfter", "-00:00:02"]);
        await _stripe.ChargeAsync();

        Assert.Equal(OfAPayment, await _shop.NextTypesAsync(3));
        await _stripe.WaitForPendingAsync(0);
        Assert.All(_stripe.Books.Newest<Tools.Stripe.Event>(3), told => Assert.Single(_stripe.Books.DeliveriesOf(told.Id)));
    }

    [Theory]
    [InlineData(1, "00:00:00.5")]
    [InlineData(2, "00:00:01")]
    [InlineData(5, "00:00:08")]
    [InlineData(8, "00:01:00")]
    [InlineData(99_999, "00:01:00")]
    public void Each_try_waits_twice_as_long(int tries, string wait) =>
        Assert.Equal(TimeSpan.Parse(wait, CultureInfo.InvariantCulture), new WebhookOptions().WaitAfter(tries));

    [Fact(Timeout = 60_000)]
    public async Task No_answer_in_time_is_none()
    {
        await _stripe.RestartAsync([.. _shop.Options, "--webhooks:timeout", "00:00:00.05"]);
        var first = true;
        _shop.Answer = webhook => webhook.Type == "charge.succeeded" && Interlocked.Exchange(ref first, false) ? 0 : 200;
        await _stripe.ChargeAsync();
        await _stripe.WaitForPendingAsync(0);

        var answers = _stripe.Books.DeliveriesOf(Told("charge.succeeded").Id).Select(delivery => delivery.Answer).ToList();
        Assert.Equal(("no answer in time", "200"), (answers[0], answers[^1]));
    }

    [Fact(Timeout = 60_000)]
    public async Task Events_are_dropped_and_duplicated_on_purpose()
    {
        _stripe.Faults.Webhooks.Dropped = double.PositiveInfinity;
        await _stripe.ChargeAsync("dropped");
        await _stripe.WaitForPendingAsync(0);
        Assert.All(_stripe.Books.Newest<Tools.Stripe.Event>(3), told => Assert.Equal("dropped", _stripe.Books.DeliveriesOf(told.Id).Single().Answer));

        (_stripe.Faults.Webhooks.Dropped, _stripe.Faults.Webhooks.Copies) = (0, 3);
        var charge = await _stripe.ChargeAsync("tripled");
        var received = new List<Webhook>();
        while (received.Count < 9)
            received.Add(await _shop.NextAsync());
        Assert.All(received.GroupBy(webhook => webhook.Id), copies => Assert.Equal(3, copies.Count()));
        Assert.All(received, webhook => Assert.Contains(charge.Id!, webhook.Body, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_endpoint_gets_the_types_that_it_wants()
    {
        await _stripe.RestartAsync([.. _shop.Options, "--webhooks:events", "charge.succeeded,payment_intent.canceled"]);
        await _stripe.ChargeAsync();
        await _stripe.WaitForPendingAsync(0);
        await _stripe.ChargeAsync("declined", method: "pm_card_chargeDeclined");
        await _stripe.ChargeAsync("again");

        Assert.Equal(["charge.succeeded", "charge.succeeded"], await _shop.NextTypesAsync(2));
        Assert.Equal(["charge.failed", "charge.succeeded", "charge.succeeded"], _stripe.Books.Newest<Tools.Stripe.Event>(100, told => told.Type.StartsWith("charge.", StringComparison.Ordinal)).Select(told => told.Type).Order());
    }

    [Fact(Timeout = 60_000)]
    public async Task Late_events_are_overtaken_and_not_forgotten()
    {
        _stripe.Faults.Webhooks.Delay = TimeSpan.FromDays(20);
        var late = await _stripe.ChargeAsync("late");
        // When its event is under way, those before it are late.
        var marker = await _stripe.ChargeAsync("marker");
        while (_stripe.Books.Undelivered.Count > 0)
            await _stripe.KeptAsync();
        _stripe.Faults.Webhooks.Delay = default;

        var next = await _stripe.ChargeAsync("next");
        Assert.All(await NextAsync(marker), webhook => Assert.Contains(next.Id!, webhook.Body, StringComparison.Ordinal));

        await _stripe.RestartAsync(_shop.Options);
        // What was answered and not written down before the restart comes once more.
        Assert.All(await NextAsync(marker, next), webhook => Assert.Contains(late.Id!, webhook.Body, StringComparison.Ordinal));

        async Task<List<Webhook>> NextAsync(params ChargeResult[] besides)
        {
            var received = new List<Webhook>();
            while (received.Count < 3)
            {
                if (await _shop.NextAsync() is var webhook && !Array.Exists(besides, charge => webhook.Body.Contains(charge.Id!, StringComparison.Ordinal)))
                    received.Add(webhook);
            }
            return received;
        }
    }

    [Fact]
    public async Task Without_an_address_events_are_only_kept()
    {
        await _stripe.RestartAsync();
        await _stripe.ChargeAsync();

        var events = await _stripe.Account.V1.Events.ListAsync(null, null, TestContext.Current.CancellationToken);
        Assert.Equal([0, 0, 0], events.Select(told => told.PendingWebhooks));
        Assert.Equal(0, _stripe.Books.Undelivered.Count);
    }

    [Theory]
    [InlineData("/webhooks", Secret, "webhooks:url must be an absolute http or https URL.")]
    [InlineData("ftp://127.0.0.1/", Secret, "webhooks:url must be an absolute http or https URL.")]
    [InlineData("http://127.0.0.1/", "secret", "webhooks:secret must begin with whsec_.")]
    public void Wrong_options_are_told_at_the_start(string url, string secret, string problem) => Assert.Equal(
        problem, Assert.Throws<InvalidOperationException>(() => Simulator.Build(["--webhooks:url", url, "--webhooks:secret", secret])).Message);

    private Tools.Stripe.Event Told(string type) => _stripe.Books.Newest<Tools.Stripe.Event>(1, told => told.Type == type).Single();
}
