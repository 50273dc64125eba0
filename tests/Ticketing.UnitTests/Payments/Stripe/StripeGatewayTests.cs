using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Stripe;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>The gateway over HTTP, against the simulator.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class StripeGatewayTests : IAsyncLifetime
{
    private SimulatedStripe _stripe = null!;

    public static TheoryData<string, string> DecliningCards => new()
    {
        { "pm_card_chargeDeclined", "generic_decline" },
        { "pm_card_visa_chargeDeclined", "generic_decline" },
        { "pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds" },
        { "pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds" },
        { "pm_card_visa_chargeDeclinedLostCard", "lost_card" },
        { "pm_card_visa_chargeDeclinedStolenCard", "stolen_card" },
        { "pm_card_chargeDeclinedFraudulent", "fraudulent" },
        { "pm_card_chargeDeclinedExpiredCard", "expired_card" },
        { "pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc" },
        { "pm_card_chargeDeclinedProcessingError", "processing_error" },
    };

    public async ValueTask InitializeAsync() => _stripe = await SimulatedStripe.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    [Fact]
    public async Task A_charge_is_a_PaymentIntent_that_knows_its_order()
    {
        var result = await _stripe.Gateway.ChargeAsync(new("k", 20.50m, "USD", "pm_card_visa", "order-1", "payment-1", 2), TestContext.Current.CancellationToken);

        var intent = Assert.Single(await _stripe.Account.V1.PaymentIntents.ListAsync(new(), null, TestContext.Current.CancellationToken));
        Assert.Equal((intent.Id, null), (result.Id, result.DeclineCode));
        Assert.StartsWith("pi_", intent.Id, StringComparison.Ordinal);
        Assert.Equal((2050, "usd", "succeeded", 2050), (intent.Amount, intent.Currency, intent.Status, intent.AmountReceived));
        Assert.Equal(new() { ["order_id"] = "order-1", ["payment_id"] = "payment-1", ["attempt"] = "2" }, intent.Metadata);
        Assert.Equal(["card"], intent.AllowedPaymentMethodTypes);
    }

    [Theory]
    [MemberData(nameof(DecliningCards))]
    public async Task A_declined_card_moves_no_money_and_says_why_however_often_it_is_asked(string card, string declineCode)
    {
        var result = await _stripe.ChargeAsync(method: card);

        Assert.Equal(declineCode, result.DeclineCode);
        var intent = Assert.Single(await _stripe.Account.V1.PaymentIntents.ListAsync(new(), null, TestContext.Current.CancellationToken));
        Assert.Equal((result.Id, "requires_payment_method", 0), (intent.Id, intent.Status, intent.AmountReceived));
        Assert.Equal(result, await _stripe.ChargeAsync(method: card));
    }

    [Theory]
    [InlineData("pm_card_visa", true)]
    [InlineData("pm_1QxyzABC2eZvKYlo", true)]
    [InlineData("pm_", false)]
    [InlineData("card_visa", false)]
    [InlineData("pm_card visa", false)]
    [InlineData("pm_card/visa", false)]
    [InlineData("pm_cafe\u0301", false)]
    [InlineData("pm_card_visa\n", false)]
    public void Methods_are_told_by_their_form(string method, bool known) => Assert.Equal(known, _stripe.Gateway.Knows(method));

    [Fact]
    public void A_method_has_at_most_255_characters()
    {
        Assert.True(_stripe.Gateway.Knows($"pm_{new string('a', 252)}"));
        Assert.False(_stripe.Gateway.Knows($"pm_{new string('a', 253)}"));
    }

    [Theory]
    [InlineData("pm_nobody_has_it", 20, "USD", "resource_missing")]
    [InlineData("pm_card_visa", 0.49, "USD", "amount_too_small")]
    [InlineData("pm_card_visa", 20, "GOLD", "invalid_request_error")]
    public async Task What_Stripe_refuses_for_good_is_a_decline(string method, decimal amount, string currency, string declineCode) =>
        Assert.Equal(new(null, declineCode), await _stripe.ChargeAsync("k", amount, currency, method));

    [Fact]
    public async Task A_refused_key_is_no_decline()
    {
        var gateway = new StripeGateway(_stripe.Http, Options.Create(new StripeOptions { ApiKey = "sk_live_1", ApiBase = _stripe.Url }), _stripe.Logger);

        var refused = await Assert.ThrowsAsync<StripeException>(
            () => gateway.ChargeAsync(new("k", 20, "USD", "pm_card_visa", "o", "p", 1), TestContext.Current.CancellationToken));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.HttpStatusCode);
    }

    [Fact]
    public async Task A_repeated_key_is_one_charge_also_after_Stripes_restart()
    {
        var first = await _stripe.ChargeAsync();
        Assert.Equal(first, await _stripe.ChargeAsync());
        await _stripe.RestartAsync();
        Assert.Equal(first, await _stripe.ChargeAsync());
        var second = await _stripe.ChargeAsync("k/2");

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(new() { [first.Id!] = 2000, [second.Id!] = 2000 }, await _stripe.KeptAsync());
    }

    [Fact]
    public async Task Another_amount_with_the_same_key_fails_and_moves_nothing()
    {
        var first = await _stripe.ChargeAsync();

        var refused = await Assert.ThrowsAsync<StripeException>(() => _stripe.ChargeAsync(amount: 21));
        Assert.Equal("idempotency_error", refused.StripeError.Type);
        Assert.Equal(new() { [first.Id!] = 2000 }, await _stripe.KeptAsync());
    }

    [Fact]
    public async Task An_answer_that_is_lost_is_asked_for_again_at_once()
    {
        _stripe.Faults.LostAnswers = 1;

        var result = await _stripe.ChargeAsync();

        Assert.Equal(2, _stripe.Sent.Count);
        Assert.Equal(new() { [result.Id!] = 2000 }, await _stripe.KeptAsync());
    }

    [Fact]
    public async Task Answers_that_stay_away_leave_the_outcome_open_until_the_charge_is_asked_for_again()
    {
        // As often as it is tried.
        _stripe.Faults.LostAnswers = 3;
        await Assert.ThrowsAsync<HttpRequestException>(() => _stripe.ChargeAsync());

        var result = await _stripe.ChargeAsync();

        Assert.Equal(new() { [result.Id!] = 2000 }, await _stripe.KeptAsync());
    }

    [Fact]
    public async Task The_callers_deadline_ends_all_tries()
    {
        _stripe.Faults.Delay = TimeSpan.FromHours(1);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _stripe.ChargeAsync(cancellation: deadline.Token));
        _stripe.Faults.Delay = default;

        var result = await _stripe.ChargeAsync();

        Assert.Equal(new() { [result.Id!] = 2000 }, await _stripe.KeptAsync());
    }

    [Fact]
    public async Task A_refund_sends_a_part_back_or_all_of_it_once()
    {
        var charge = await _stripe.ChargeAsync();

        await _stripe.RefundAsync("k/refund", charge.Id!, 5.25m);
        await _stripe.RefundAsync("k/refund", charge.Id!, 5.25m);
        Assert.Equal(new() { [charge.Id!] = 1475 }, await _stripe.KeptAsync());

        await _stripe.RefundAsync("k/refund/2", charge.Id!, 14.75m);
        await _stripe.RefundAsync("k/refund/2", charge.Id!, 14.75m);
        Assert.Empty(await _stripe.KeptAsync());
    }

    [Fact]
    public async Task A_refund_whose_answers_are_lost_is_made_once()
    {
        var charge = await _stripe.ChargeAsync();
        _stripe.Faults.LostAnswers = 3;
        await Assert.ThrowsAsync<HttpRequestException>(() => _stripe.RefundAsync("k/refund", charge.Id!, 5));

        await _stripe.RefundAsync("k/refund", charge.Id!, 5);

        Assert.Equal(new() { [charge.Id!] = 1500 }, await _stripe.KeptAsync());
    }

    [Fact]
    public async Task A_refund_is_made_once_also_when_Stripe_has_forgotten_its_key()
    {
        var charge = await _stripe.ChargeAsync();
        await _stripe.RefundAsync("k/refund", charge.Id!, 5);
        _stripe.Pass(TimeSpan.FromHours(25));

        await _stripe.RefundAsync("k/refund", charge.Id!, 5);

        Assert.Equal(new() { [charge.Id!] = 1500 }, await _stripe.KeptAsync());
    }

    [Fact]
    public async Task A_refund_of_more_than_is_left_fails_and_moves_nothing()
    {
        var charge = await _stripe.ChargeAsync();
        await _stripe.RefundAsync("k/refund", charge.Id!, 5);

        var refused = await _stripe.RefundAsync("k/refund/2", charge.Id!, 15.01m);

        Assert.Equal(new(null, RefundStatus.Failed, "invalid_request_error"), refused);
        Assert.Equal(new() { [charge.Id!] = 1500 }, await _stripe.KeptAsync());
    }

    [Fact]
    public async Task A_charge_that_somebody_else_refunded_as_a_whole_is_not_refunded_and_says_so()
    {
        var charge = await _stripe.ChargeAsync();
        await _stripe.Account.V1.Refunds.CreateAsync(new() { PaymentIntent = charge.Id }, null, TestContext.Current.CancellationToken);

        Assert.Equal(new(null, RefundStatus.Failed, "charge_already_refunded"), await _stripe.RefundAsync("k/refund", charge.Id!, 20));

        Assert.Contains(_stripe.Log, line => line.StartsWith($"Warning: Stripe refuses to refund {charge.Id}: charge_already_refunded", StringComparison.Ordinal));
        Assert.Empty(await _stripe.KeptAsync());
    }

    [Theory]
    [InlineData("20", "USD", 2000)]
    [InlineData("10.55", "USD", 1055)]
    [InlineData("10.50000", "EUR", 1050)]
    [InlineData("1055", "JPY", 1055)]
    [InlineData("3.01", "KWD", 3010)]
    [InlineData("5", "ISK", 500)]
    [InlineData("5", "UGX", 500)]
    [InlineData("5", "MGA", 5)]
    [InlineData("10.555", "USD", null)]
    [InlineData("10.5", "JPY", null)]
    [InlineData("3.015", "KWD", null)]
    [InlineData("5.5", "ISK", null)]
    [InlineData("0.5", "MGA", null)]
    [InlineData("0", "USD", null)]
    [InlineData("-1", "USD", null)]
    [InlineData("79228162514264337593543950335", "KWD", null)]
    public void Amounts_are_in_Stripes_minor_units(string amount, string currency, int? units) =>
        Assert.Equal(units, StripeAmount.Of(decimal.Parse(amount, CultureInfo.InvariantCulture), currency));

    [Theory]
    [InlineData(1055, "JPY", 1055)]
    [InlineData(3.01, "KWD", 3010)]
    [InlineData(10.55, "USD", 1055)]
    [InlineData(500, "ISK", 50000)]
    public async Task Money_goes_there_and_back_in_whatever_decimals(decimal amount, string currency, long units)
    {
        var charge = await _stripe.ChargeAsync("k", amount, currency);
        Assert.Equal(new() { [charge.Id!] = units }, await _stripe.KeptAsync());

        await _stripe.RefundAsync("k/refund", charge.Id!, amount, currency);
        Assert.Empty(await _stripe.KeptAsync());
    }

    [Fact]
    public async Task An_amount_that_Stripe_has_no_number_for_is_not_sent()
    {
        Assert.Equal(new(null, "invalid_charge_amount"), await _stripe.ChargeAsync("k", 3.015m, "KWD"));
        var refund = await Assert.ThrowsAsync<InvalidOperationException>(() => _stripe.RefundAsync("k/refund", "pi_1", 3.015m, "KWD"));

        Assert.Equal("Stripe has no amount of 3.015 KWD to refund on pi_1.", refund.Message);
        Assert.Contains(_stripe.Log, line => line.StartsWith("Warning: Order o is not charged: Stripe has no amount of 3.015 KWD", StringComparison.Ordinal));
        Assert.Empty(_stripe.Sent);
    }

    [Fact]
    public async Task Calls_have_the_key_the_idempotency_key_and_the_API_version()
    {
        var charge = await _stripe.ChargeAsync("k/2");
        await _stripe.RefundAsync("k/refund", charge.Id!, 5);

        Assert.Equal(["POST k/2", "GET ", "POST k/refund"], _stripe.Sent.Select(sent =>
            $"{sent.Method} {(sent.Headers.TryGetValues("Idempotency-Key", out var key) ? key.Single() : "")}"));
        // The version that Stripe.net was made for: a new one is a decision.
        Assert.All(_stripe.Sent, sent => Assert.Equal(
            ("2026-10-28.endive", $"Bearer {SimulatedStripe.Key}"),
            (sent.Headers.GetValues("Stripe-Version").Single(), sent.Headers.Authorization!.ToString())));
    }

    [Fact]
    public async Task The_key_is_in_no_log_span_or_exception()
    {
        var told = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (told)
                    told.Add($"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Events.SelectMany(e => e.Tags))}");
            },
        };
        ActivitySource.AddActivityListener(listener);
        var refusing = new StripeGateway(_stripe.Http, Options.Create(new StripeOptions { ApiKey = "sk_live_51simulated", ApiBase = _stripe.Url }), _stripe.Logger);

        await _stripe.ChargeAsync();
        await _stripe.ChargeAsync("declined", method: "pm_card_chargeDeclined");
        await Assert.ThrowsAsync<StripeException>(() => _stripe.ChargeAsync(amount: 21));
        told.Add((await Assert.ThrowsAsync<StripeException>(
            () => refusing.ChargeAsync(new("k", 20, "USD", "pm_card_visa", "o", "p", 1), TestContext.Current.CancellationToken))).ToString());
        _stripe.Faults.LostAnswers = 3;
        told.Add((await Assert.ThrowsAsync<HttpRequestException>(() => _stripe.ChargeAsync("lost"))).ToString());

        // Headers are in the log of this level, so it would be there.
        Assert.Contains(_stripe.Log, line => line.Contains("Authorization:", StringComparison.Ordinal));
        lock (told)
        {
            Assert.Contains(told, span => span.Contains("/v1/payment_intents", StringComparison.Ordinal));
            Assert.All([.. told, .. _stripe.Log], line => Assert.DoesNotContain("51simulated", line, StringComparison.Ordinal));
        }
    }
}
