using System.Net;
using Stripe;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>The pages for cardholders and the operator, as a browser without JavaScript uses them.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class PagesTests : IAsyncLifetime
{
    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private WebhookReceiver _shop = null!;
    private SimulatedStripe _stripe = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _shop = await WebhookReceiver.StartAsync();
        _stripe = await SimulatedStripe.StartAsync([.. _shop.Options, "--bankDelay", "0"]);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _stripe.DisposeAsync();
        await _shop.DisposeAsync();
    }

    [Theory]
    [InlineData("approve", "succeeded", "succeeded", "The payment is approved.")]
    [InlineData("decline", "failed", "requires_payment_method", "The payment is declined.")]
    public async Task A_cardholder_decides_once_and_is_sent_back_to_the_shop(string decision, string redirectStatus, string status, string told)
    {
        var intent = await WaitingAsync("https://shop.test/back?order=1");
        var url = intent.NextAction.RedirectToUrl.Url;
        var question = await ReadAsync(url);
        Assert.Contains("Do you pay <strong>20.00 USD</strong> for order <strong>&lt;b&gt;1</strong>?", question, StringComparison.Ordinal);

        using var decided = await PostAsync(url, $"decision={decision}");

        Assert.Equal(HttpStatusCode.Redirect, decided.StatusCode);
        Assert.Equal(
            $"https://shop.test/back?order=1&payment_intent={intent.Id}&payment_intent_client_secret={intent.ClientSecret}&redirect_status={redirectStatus}",
            decided.Headers.Location!.OriginalString);
        foreach (var again in new[] { "approve", "decline" })
        {
            using var second = await PostAsync(url, $"decision={again}");
            Assert.Equal(HttpStatusCode.OK, second.StatusCode);
            Assert.Contains(told, await second.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
        Assert.Contains("There is nothing more to decide.", await ReadAsync(url), StringComparison.Ordinal);
        Assert.Equal(status, (await _stripe.Account.V1.PaymentIntents.GetAsync(intent.Id, null, null, Cancellation)).Status);
    }

    [Fact]
    public async Task Without_a_return_url_the_page_says_what_became_of_it()
    {
        var intent = await WaitingAsync(returnUrl: null);
        var url = _stripe.Books.IntentOrNull(intent.Id)!.NextAction!.Url;

        Assert.Contains($"<a href=\"{url}\">", await ReadAsync("/"), StringComparison.Ordinal);
        using var decided = await PostAsync(url, "decision=approve");
        Assert.Contains("The payment is approved.", await decided.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_says_that_the_shop_has_canceled()
    {
        var intent = await WaitingAsync("https://shop.test/");
        await _stripe.Account.V1.PaymentIntents.CancelAsync(intent.Id, null, null, Cancellation);

        using var late = await PostAsync(intent.NextAction.RedirectToUrl.Url, "decision=approve");
        Assert.Contains("The shop has canceled the payment.", await late.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains("There is no such payment.", await ReadAsync("/authenticate/pi_1/step_1"), StringComparison.Ordinal);
        using var nonsense = await PostAsync(intent.NextAction.RedirectToUrl.Url, "decision=maybe");
        Assert.Equal(HttpStatusCode.BadRequest, nonsense.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_operator_sees_and_decides_disputes()
    {
        var charge = await _stripe.ChargeAsync(method: "pm_card_createDispute");
        while ((await _shop.NextAsync()).Type != "charge.dispute.created")
            Cancellation.ThrowIfCancellationRequested();
        var dispute = Assert.Single(await _stripe.Account.V1.Disputes.ListAsync(new() { PaymentIntent = charge.Id }, null, Cancellation));
        Assert.Contains($"aria-label=\"Win {dispute.Id}\"", await ReadAsync("/"), StringComparison.Ordinal);

        using var decided = await PostAsync($"/disputes/{dispute.Id}", "decision=win");

        Assert.Equal("/", decided.Headers.Location!.OriginalString);
        Assert.Equal("won", (await _stripe.Account.V1.Disputes.GetAsync(dispute.Id, null, null, Cancellation)).Status);
        Assert.DoesNotContain($"aria-label=\"Win {dispute.Id}\"", await ReadAsync("/"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_operator_sees_deliveries_and_resends_events()
    {
        await _stripe.ChargeAsync();
        var first = await _shop.NextAsync();
        await _shop.NextTypesAsync(2);
        while (_stripe.Books.DeliveriesOf(first.Id).Count == 0)
            await Task.Yield();
        Assert.Matches($"{first.Id}(?s:.*?)<div>[0-9:]{{8}} 200</div>", await ReadAsync("/"));

        using var resent = await PostAsync($"/events/{first.Id}/resend", "");

        Assert.Equal(("/", first.Id), (resent.Headers.Location!.OriginalString, (await _shop.NextAsync()).Id));
    }

    [Fact]
    public async Task The_operator_sees_payments_and_refunds_and_sets_faults()
    {
        var charge = await _stripe.ChargeAsync(amount: 1055, currency: "JPY");
        await _stripe.RefundAsync("k/refund", charge.Id!, 55, "JPY");

        using var set = await PostAsync("/faults", "lostAnswers=0.5&webhooks%3Acopies=2&delay=00%3A00%3A01");

        Assert.Equal((0.5, 2, TimeSpan.FromSeconds(1)), (_stripe.Faults.LostAnswers, _stripe.Faults.Webhooks.Copies, _stripe.Faults.Delay));
        var page = await ReadAsync("/");
        string[] shown = [charge.Id!, "1055 JPY", "55 JPY", "name=\"lostAnswers\" value=\"0.5\"", "name=\"delay\" value=\"00:00:01\""];
        Assert.All(shown, text => Assert.Contains(text, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_sites_have_no_way_in()
    {
        var intent = await WaitingAsync("https://shop.test/");
        var url = intent.NextAction.RedirectToUrl.Url;

        foreach (var site in new[] { "cross-site", "same-site" })
        {
            using var forged = await PostAsync(url, "decision=approve", ("Sec-Fetch-Site", site));
            Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        }
        using var rebound = await PostAsync(url, "decision=approve", ("Host", "stripe.evil.test"));
        Assert.Equal(HttpStatusCode.Forbidden, rebound.StatusCode);
        Assert.Equal("requires_action", (await _stripe.Account.V1.PaymentIntents.GetAsync(intent.Id, null, null, Cancellation)).Status);
        using var own = await PostAsync(url, "decision=approve", ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal(HttpStatusCode.Redirect, own.StatusCode);
    }

    [Fact]
    public async Task It_says_that_it_is_well_to_whoever_asks()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_stripe.Url}/health") { Headers = { Host = "stripe" } };
        using var answer = await _browser.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_address_for_browsers_is_an_option()
    {
        await _stripe.RestartAsync("--publicUrl", "https://stripe.localhost/");

        var intent = await WaitingAsync("https://shop.test/");

        Assert.StartsWith("https://stripe.localhost/authenticate/pi_", intent.NextAction.RedirectToUrl.Url, StringComparison.Ordinal);
    }

    private Task<PaymentIntent> WaitingAsync(string? returnUrl) => _stripe.Account.V1.PaymentIntents.CreateAsync(
        new()
        {
            Amount = 2000,
            Currency = "usd",
            PaymentMethod = "pm_card_authenticationRequired",
            Confirm = true,
            ReturnUrl = returnUrl,
            Metadata = new() { ["order_id"] = "<b>1" },
        },
        null, Cancellation);

    private async Task<string> ReadAsync(string url)
    {
        using var answer = await _browser.GetAsync(new Uri(new(_stripe.Url), url), Cancellation);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    private async Task<HttpResponseMessage> PostAsync(string url, string form, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new(_stripe.Url), url))
        {
            Content = new StringContent(form, null, "application/x-www-form-urlencoded"),
        };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _browser.SendAsync(request, Cancellation);
    }
}
