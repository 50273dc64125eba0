using System.Text.Json;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>Money that goes back: because the shop wants it, or because the cardholder does.</summary>
public sealed class RefundsAndDisputesTests : BooksTest
{
    [Fact]
    public void No_more_is_refunded_than_was_captured()
    {
        var intent = Pay();
        var refund = Ok(Post("/v1/refunds", $"payment_intent={intent}&amount=1"));
        Assert.Equal(("succeeded", 1), (Text(refund, "status"), refund.GetProperty("amount").GetInt64()));
        Assert.Equal(refund.GetRawText(), Ok(Get($"/v1/refunds/{Id(refund)}")).GetRawText());

        Reopen();
        Assert.Equal("amount", Text(Error(400, Post("/v1/refunds", $"payment_intent={intent}&amount=1000")), "param"));
        Assert.Equal(999, Ok(Post("/v1/refunds", $"payment_intent={intent}")).GetProperty("amount").GetInt64());
        Assert.Equal("charge_already_refunded", Text(Error(400, Post("/v1/refunds", $"payment_intent={intent}&amount=1")), "code"));

        var waiting = Id(Ok(Post("/v1/payment_intents", "amount=1000&currency=usd")));
        Assert.Equal("payment_intent", Text(Error(400, Post("/v1/refunds", $"payment_intent={waiting}")), "param"));
        Assert.Equal("resource_missing", Text(Error(404, Post("/v1/refunds", "payment_intent=pi_1")), "code"));
    }

    [Fact]
    public void A_refund_may_fail_later_and_its_money_can_be_refunded_again()
    {
        var intent = Pay("pm_card_refundFail");
        var refund = Ok(Post("/v1/refunds", $"payment_intent={intent}&amount=400"));
        Assert.Equal(("succeeded", 400, null), (Text(refund, "status"), Refunded(intent), Text(refund, "failure_reason")));
        Books.Settle();
        Assert.Equal("succeeded", Text(Ok(Get($"/v1/refunds/{Id(refund)}")), "status"));

        Reopen();
        Settle();
        var failed = Ok(Get($"/v1/refunds/{Id(refund)}"));
        Assert.Equal(("failed", "expired_or_canceled_card", 0), (Text(failed, "status"), Text(failed, "failure_reason"), Refunded(intent)));
        Assert.EndsWith(" refund.created charge.refunded refund.updated refund.failed charge.refund.updated", Events(), StringComparison.Ordinal);
        Assert.Equal(1000, Ok(Post("/v1/refunds", $"payment_intent={intent}")).GetProperty("amount").GetInt64());

        // Once is enough for each.
        Reopen();
        Settle();
        Settle();
        Assert.Equal(2, Events().Split(' ').Count(type => type == "refund.failed"));
    }

    [Fact]
    public void A_refund_may_be_pending_first()
    {
        var intent = Pay("pm_card_pendingRefund");
        var refund = Ok(Post("/v1/refunds", $"payment_intent={intent}"));
        Assert.Equal(("pending", 1000), (Text(refund, "status"), Refunded(intent)));

        Settle();

        Assert.Equal(("succeeded", 1000), (Text(Ok(Get($"/v1/refunds/{Id(refund)}")), "status"), Refunded(intent)));
        Assert.EndsWith(" refund.created charge.refunded refund.updated charge.refund.updated", Events(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pm_card_createDispute", "fraudulent", "needs_response")]
    [InlineData("pm_card_createDisputeProductNotReceived", "product_not_received", "needs_response")]
    [InlineData("pm_card_createDisputeInquiry", "fraudulent", "warning_needs_response")]
    public void Some_cards_charges_are_disputed_once(string card, string reason, string status)
    {
        var intent = Pay(card);
        Assert.Equal(("", false), Page("/v1/disputes"));
        Assert.False(Charge(intent).GetProperty("disputed").GetBoolean());

        Reopen();
        Settle();
        Settle();

        Assert.True(Charge(intent).GetProperty("disputed").GetBoolean());
        Assert.Equal(("", false), Page("/v1/disputes", $"payment_intent={Pay()}"));
        var dispute = Assert.Single(Ok(Get("/v1/disputes", $"payment_intent={intent}")).GetProperty("data").EnumerateArray());
        Assert.Equal(dispute.GetRawText(), Ok(Get($"/v1/disputes/{Id(dispute)}")).GetRawText());
        Assert.Equal((reason, status, 1000), (Text(dispute, "reason"), Text(dispute, "status"), dispute.GetProperty("amount").GetInt64()));
        Assert.Equal((Id(Charge(intent)), intent), (Text(dispute, "charge"), Text(dispute, "payment_intent")));
    }

    [Theory]
    [InlineData("pm_card_createDispute", true, "won", "created funds_withdrawn closed funds_reinstated")]
    [InlineData("pm_card_createDispute", false, "lost", "created funds_withdrawn closed")]
    [InlineData("pm_card_createDisputeInquiry", true, "warning_closed", "created closed")]
    public void A_dispute_is_decided_once(string card, bool isWon, string status, string events)
    {
        var dispute = Disputed(card);

        Assert.Equal(200, Books.Decide(dispute, isWon).Status);
        Assert.Equal(400, Books.Decide(dispute, !isWon).Status);
        Error(400, Post($"/v1/disputes/{dispute}/close"));

        Reopen();
        Assert.Equal(status, Text(Ok(Get($"/v1/disputes/{dispute}")), "status"));
        var told = string.Join(' ', events.Split(' ').Select(type => $"charge.dispute.{type}"));
        Assert.EndsWith($" payment_intent.succeeded {told}", Events(), StringComparison.Ordinal);
        Assert.Equal(404, Books.Decide("dp_1", isWon).Status);
    }

    [Fact]
    public void The_account_may_give_in()
    {
        var dispute = Disputed("pm_card_createDispute");

        Assert.Equal("lost", Text(Ok(Post($"/v1/disputes/{dispute}/close")), "status"));
        Assert.Equal("resource_missing", Text(Error(404, Post("/v1/disputes/dp_1/close")), "code"));
    }

    [Theory]
    [InlineData("pm_card_createDispute", null, false)]
    [InlineData("pm_card_createDispute", false, false)]
    [InlineData("pm_card_createDispute", true, true)]
    [InlineData("pm_card_createDisputeInquiry", null, true)]
    public void A_charge_that_was_charged_back_cannot_be_refunded(string card, bool? isWon, bool isRefundable)
    {
        var dispute = Disputed(card);
        if (isWon is { } won)
            Books.Decide(dispute, won);
        var found = Ok(Get($"/v1/disputes/{dispute}"));
        Assert.Equal(isRefundable, found.GetProperty("is_charge_refundable").GetBoolean());

        var answer = Post("/v1/refunds", $"payment_intent={Text(found, "payment_intent")}");

        if (isRefundable)
            Ok(answer);
        else
            Assert.Equal("charge_disputed", Text(Error(400, answer), "code"));
    }

    private string Disputed(string card)
    {
        Pay(card);
        Settle();
        return Page("/v1/disputes").Ids;
    }

    private JsonElement Charge(string intent) => Intent(intent, "expand[]=latest_charge").GetProperty("latest_charge");

    private long Refunded(string intent) => Charge(intent).GetProperty("amount_refunded").GetInt64();
}
