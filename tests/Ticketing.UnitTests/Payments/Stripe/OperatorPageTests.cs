using System.Text.RegularExpressions;
using Ticketing.UnitTests.Telemetry;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>The operator's page.</summary>
[Collection(TelemetryTests.ServicesInProcess)]
public sealed partial class OperatorPageTests : PagesTest
{
    [Fact(Timeout = 60_000)]
    public async Task The_operator_sees_and_decides_disputes()
    {
        var charge = await Stripe.ChargeAsync(method: "pm_card_createDispute");
        while ((await Shop.NextAsync()).Type != "charge.dispute.created")
            Cancellation.ThrowIfCancellationRequested();
        var dispute = Assert.Single(await Stripe.Account.V1.Disputes.ListAsync(new() { PaymentIntent = charge.Id }, null, Cancellation));
        Assert.Contains($"aria-label=\"Win {dispute.Id}\"", await ReadAsync("/"), StringComparison.Ordinal);

        using var decided = await PostAsync($"/disputes/{dispute.Id}", "decision=win");

        Assert.Equal("/", decided.Headers.Location!.OriginalString);
        Assert.Equal("won", (await Stripe.Account.V1.Disputes.GetAsync(dispute.Id, null, null, Cancellation)).Status);
        Assert.DoesNotContain($"aria-label=\"Win {dispute.Id}\"", await ReadAsync("/"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_operator_sees_deliveries_and_resends_events()
    {
        await Stripe.ChargeAsync();
        var first = await Shop.NextAsync();
        await Shop.NextTypesAsync(2);
        await Stripe.WaitForPendingAsync(0);
        Assert.Matches($"{first.Id}(?s:.*?)<div>[0-9:]{{8}} 200</div>", await ReadAsync("/"));

        using var resent = await PostAsync($"/events/{first.Id}/resend", "");

        Assert.Equal(("/", first.Id), (resent.Headers.Location!.OriginalString, (await Shop.NextAsync()).Id));
    }

    [Fact]
    public async Task The_operator_sees_payments_and_refunds_and_sets_faults()
    {
        var charge = await Stripe.ChargeAsync(amount: 1055, currency: "JPY");
        await Stripe.RefundAsync("k/refund", charge.Id!, 55, "JPY");

        using var set = await PostAsync("/faults", "lostAnswers=0.5&webhooks%3Acopies=2&delay=00%3A00%3A01");

        Assert.Equal((0.5, 2, TimeSpan.FromSeconds(1)), (Stripe.Faults.LostAnswers, Stripe.Faults.Webhooks.Copies, Stripe.Faults.Delay));
        var page = await ReadAsync("/");
        string[] shown = [charge.Id!, "1055 JPY", "55 JPY", "name=\"lostAnswers\" value=\"0.5\"", "name=\"delay\" value=\"00:00:01\""];
        Assert.All(shown, text => Assert.Contains(text, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_button_ends_all_faults()
    {
        Stripe.Faults.Garbage = 1;
        using var dropped = await PostAsync("/faults", "webhooks%3Adropped=Infinity");
        Assert.Equal(double.PositiveInfinity, Stripe.Faults.Webhooks.Dropped);

        var hidden = HiddenField().Matches(await ReadAsync("/")).Select(field => $"{Uri.EscapeDataString(field.Groups[1].Value)}={field.Groups[2].Value}");
        using var ended = await PostAsync("/faults", string.Join('&', hidden));

        Assert.Equal((0, 0), (Stripe.Faults.Garbage, Stripe.Faults.Webhooks.Dropped));
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]*)" value="([^"]*)" />""")]
    private static partial Regex HiddenField();
}
