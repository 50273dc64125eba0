using System.Net;
using Stripe;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>The page where cardholders authenticate, and who sees pages at all.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class PagesTests : PagesTest
{
    [Theory]
    [InlineData("approve", "succeeded", "succeeded", "The payment is approved.")]
    [InlineData("decline", "failed", "requires_payment_method", "The payment is declined.")]
    public async Task A_cardholder_decides_once_and_is_sent_back_to_theShop(string decision, string redirectStatus, string status, string told)
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
        Assert.Equal(status, (await Stripe.Account.V1.PaymentIntents.GetAsync(intent.Id, null, null, Cancellation)).Status);
    }

    [Fact]
    public async Task Without_a_return_url_the_page_says_what_became_of_it()
    {
        var intent = await WaitingAsync(returnUrl: null);
        var url = Stripe.Books.IntentOrNull(intent.Id)!.NextAction!.Url;

        Assert.Contains($"<a href=\"{url}\">", await ReadAsync("/"), StringComparison.Ordinal);
        using var decided = await PostAsync(url, "decision=approve");
        Assert.Contains("The payment is approved.", await decided.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_says_that_theShop_has_canceled()
    {
        var intent = await WaitingAsync("https://shop.test/");
        await Stripe.Account.V1.PaymentIntents.CancelAsync(intent.Id, null, null, Cancellation);

        using var late = await PostAsync(intent.NextAction.RedirectToUrl.Url, "decision=approve");
        Assert.Contains("The shop has canceled the payment.", await late.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains("There is no such payment.", await ReadAsync("/authenticate/pi_1/step_1"), StringComparison.Ordinal);
        using var nonsense = await PostAsync(intent.NextAction.RedirectToUrl.Url, "decision=maybe");
        Assert.Equal(HttpStatusCode.BadRequest, nonsense.StatusCode);
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
        Assert.Equal("requires_action", (await Stripe.Account.V1.PaymentIntents.GetAsync(intent.Id, null, null, Cancellation)).Status);
        using var own = await PostAsync(url, "decision=approve", ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal(HttpStatusCode.Redirect, own.StatusCode);
    }

    [Fact]
    public async Task It_says_that_it_is_well_to_whoever_asks()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Stripe.Url}/health") { Headers = { Host = "stripe" } };
        using var answer = await Browser.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"status":"healthy","checks":{}}""", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("approve", "The payment is approved.")]
    [InlineData("decline", "The payment is declined.")]
    public async Task A_shop_without_pages_sends_cardholders_back_to_one_of_the_simulator(string decision, string told)
    {
        using var decided = await PostAsync((await WaitingAsync($"{_stripe.Url}/returned")).NextAction.RedirectToUrl.Url, $"decision={decision}");

        var page = await ReadAsync(decided.Headers.Location!.OriginalString);

        Assert.Matches($@"{told}\s+The shop goes on with order <strong>&lt;b&gt;1</strong>\.", page);
    }

    [Fact]
    public async Task The_address_forBrowsers_is_an_option()
    {
        await Stripe.RestartAsync("--publicUrl", "https://stripe.localhost/");

        var intent = await WaitingAsync("https://shop.test/");

        Assert.StartsWith("https://stripe.localhost/authenticate/pi_", intent.NextAction.RedirectToUrl.Url, StringComparison.Ordinal);
    }

    private Task<PaymentIntent> WaitingAsync(string? returnUrl) => Stripe.Account.V1.PaymentIntents.CreateAsync(
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
}
