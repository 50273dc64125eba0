using Stripe;
using Ticketing.Contracts;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>Charges that are not to be made, and what the gateway finds out about those that were; against the simulator.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed class StripeLookupTests : IAsyncLifetime
{
    private const string Authenticated = "pm_card_authenticationRequired";

    private SimulatedStripe _stripe = null!;

    public async ValueTask InitializeAsync() => _stripe = await SimulatedStripe.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    [Fact]
    public async Task A_charge_that_is_voided_cannot_be_made_any_more()
    {
        Assert.Equal("canceled", (await VoidAsync()).DeclineCode);
        Assert.Equal("canceled", (await VoidAsync()).DeclineCode);

        var refused = await Assert.ThrowsAsync<StripeException>(() => _stripe.ChargeAsync());
        Assert.Equal("idempotency_error", refused.StripeError.Type);
        Assert.Empty(await _stripe.KeptAsync());
    }

    [Theory]
    [InlineData("pm_card_visa", null)]
    [InlineData("pm_card_chargeDeclined", "generic_decline")]
    public async Task A_charge_that_was_made_is_the_answer_when_it_is_voided(string card, string? declineCode)
    {
        var made = await _stripe.ChargeAsync(method: card);

        var voided = await VoidAsync(card);

        Assert.Equal((made.Id, declineCode), (voided.Id, voided.DeclineCode));
        Assert.Equal(made.IsCaptured ? 1 : 0, (await _stripe.KeptAsync()).Count);
    }

    [Fact]
    public async Task A_charge_that_waits_for_its_buyer_is_cancelled_when_it_is_voided()
    {
        var waiting = await _stripe.ChargeAsync(method: Authenticated);
        Assert.Equal(("use_stripe_sdk", false), (waiting.Action!.Type, waiting.IsCaptured));
        Assert.StartsWith($"{waiting.Id}_secret_", waiting.Action.ClientSecret, StringComparison.Ordinal);

        Assert.Equal(new(waiting.Id, "canceled"), await VoidAsync(Authenticated));
        Assert.Equal(new(waiting.Id, "canceled"), await _stripe.Gateway.CancelAsync(waiting.Id!, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_charge_that_is_captured_is_the_answer_to_its_cancellation()
    {
        var charge = await _stripe.ChargeAsync();

        Assert.Equal(charge, await _stripe.Gateway.CancelAsync(charge.Id!, TestContext.Current.CancellationToken));
        Assert.Single(await _stripe.KeptAsync());
    }

    [Fact]
    public async Task How_a_charge_is_says_whose_it_is_and_what_was_refunded_by_whom()
    {
        var charge = await _stripe.ChargeAsync(amount: 20.50m);
        await _stripe.RefundAsync("p/refund", charge.Id!, 5);
        await _stripe.Account.V1.Refunds.CreateAsync(new() { PaymentIntent = charge.Id, Amount = 250 }, null, TestContext.Current.CancellationToken);

        var found = (await FindAsync(charge.Id!))!;

        Assert.Equal((charge, "o", "p", 1, 20.50m), (found.Result, found.OrderId, found.PaymentId, found.Attempt, found.Captured));
        Assert.Equal(
            [("p/refund", 5m, RefundStatus.Succeeded), (null, 2.5m, RefundStatus.Succeeded)],
            found.Refunds.Select(refund => (refund.Key, refund.Amount, refund.Status)));
        Assert.Empty(found.Disputes);
        Assert.Null(await FindAsync("pi_nobody"));
    }

    [Fact]
    public async Task A_charge_that_its_buyer_did_not_confirm_is_declined()
    {
        var waiting = await _stripe.ChargeAsync(method: Authenticated);
        Assert.Equal(waiting, (await FindAsync(waiting.Id!))!.Result);
        using var form = new FormUrlEncodedContent([new("decision", "decline")]);
        using var http = new HttpClient();
        var page = _stripe.Books.Newest<Tools.Stripe.PaymentIntent>(1).Single().NextAction!.Url;
        using var _ = await http.PostAsync(page, form, TestContext.Current.CancellationToken);

        Assert.Equal(new(waiting.Id, "payment_intent_authentication_failure"), (await FindAsync(waiting.Id!))!.Result);
        // As Payments does, so that no other card can confirm it. It may die before it has recorded why.
        await _stripe.Gateway.CancelAsync(waiting.Id!, TestContext.Current.CancellationToken);
        Assert.Equal(new(waiting.Id, "payment_intent_authentication_failure"), (await FindAsync(waiting.Id!))!.Result);
    }

    [Theory]
    [InlineData("pm_card_createDispute", DisputeState.Disputed)]
    [InlineData("pm_card_createDisputeInquiry", null)]
    public async Task A_dispute_is_found_and_an_inquiry_is_none(string card, DisputeState? expected)
    {
        var charge = await _stripe.ChargeAsync(method: card);
        _stripe.Pass(TimeSpan.FromMinutes(1));
        _stripe.Books.Settle();

        Assert.Equal(expected, (await FindAsync(charge.Id!))!.Disputes.SingleOrDefault()?.State);
    }

    [Fact]
    public async Task What_has_happened_to_charges_is_listed_since_a_time()
    {
        var charge = await _stripe.ChargeAsync();
        await _stripe.RefundAsync("p/refund", charge.Id!, 5);
        _stripe.Pass(TimeSpan.FromHours(1));
        var declined = await _stripe.ChargeAsync("declined", method: "pm_card_chargeDeclined");

        Assert.Equal(
            [new("payment_intent.payment_failed", declined.Id!, "o"), new("charge.refunded", charge.Id!, "o"), new("payment_intent.succeeded", charge.Id!, "o")],
            await ListAsync(DateTimeOffset.UtcNow.AddMinutes(-5)));
        Assert.Equal([new("payment_intent.payment_failed", declined.Id!, "o")], await ListAsync(DateTimeOffset.UtcNow.AddMinutes(30)));
    }

    private Task<ChargeResult> VoidAsync(string card = "pm_card_visa") =>
        _stripe.Gateway.VoidAsync(new("k", 20, "USD", card, "o", "p", 1), TestContext.Current.CancellationToken);

    private Task<ProviderCharge?> FindAsync(string id) => _stripe.Gateway.FindAsync(id, TestContext.Current.CancellationToken);

    private async Task<List<ProviderNews>> ListAsync(DateTimeOffset since) =>
        await _stripe.Gateway.ListNewsAsync(since, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
}
