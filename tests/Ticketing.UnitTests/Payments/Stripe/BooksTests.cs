using System.Text.Json;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>What Stripe's documentation says of its API, without HTTP.</summary>
public sealed class BooksTests : BooksTest
{
    [Theory]
    [InlineData("amount=1000&currency=usd", "requires_payment_method", 0)]
    [InlineData("amount=1000&currency=usd&payment_method=pm_card_visa", "requires_confirmation", 0)]
    [InlineData("amount=1000&currency=usd&payment_method=pm_card_visa&confirm=true", "succeeded", 1000)]
    [InlineData("amount=1000&currency=usd&payment_method=pm_card_authenticationRequired&confirm=true", "requires_action", 0)]
    public void An_intent_is_captured_when_it_is_confirmed(string parameters, string status, long received)
    {
        var intent = Ok(Post("/v1/payment_intents", parameters));

        Assert.Equal((status, received), (intent.GetProperty("status").GetString(), intent.GetProperty("amount_received").GetInt64()));
        Assert.Equal(intent.GetRawText(), Intent(Id(intent)).GetRawText());
        Assert.StartsWith($"{Id(intent)}_secret_", Text(intent, "client_secret"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds")]
    [InlineData("pm_card_chargeDeclinedExpiredCard", "expired_card", null)]
    [InlineData("pm_card_chargeCustomerFail", "card_declined", "generic_decline")]
    public void A_declined_intent_waits_for_another_payment_method(string card, string code, string? declineCode)
    {
        var error = Error(402, Post("/v1/payment_intents", $"amount=1000&currency=usd&payment_method={card}&confirm=true"));

        Assert.Equal(("card_error", code), (Text(error, "type"), Text(error, "code")));
        Assert.Equal(declineCode, error.TryGetProperty("decline_code", out var given) ? given.GetString() : null);
        var intent = error.GetProperty("payment_intent");
        Assert.Equal(("requires_payment_method", code), (Text(intent, "status"), Text(intent.GetProperty("last_payment_error"), "code")));
        Assert.Equal(Text(error, "charge"), Text(intent, "latest_charge"));
        Assert.Equal(JsonValueKind.Null, intent.GetProperty("payment_method").ValueKind);
    }

    [Theory]
    [InlineData("currency=usd", "amount", "parameter_missing")]
    [InlineData("amount=1000", "currency", "parameter_missing")]
    [InlineData("amount=10.5&currency=usd", "amount", "parameter_invalid_integer")]
    [InlineData("amount=0&currency=usd", "amount", "parameter_invalid_integer")]
    [InlineData("amount=49&currency=usd", "amount", "amount_too_small")]
    [InlineData("amount=1005&currency=kwd", "amount", null)]
    [InlineData("amount=1050&currency=isk", "amount", null)]
    [InlineData("amount=1000&currency=USD", "currency", null)]
    [InlineData("amount=1000&currency=usd&confirm=yes", "confirm", null)]
    [InlineData("amount=1000&currency=usd&confirm=true", null, "payment_intent_unexpected_state")]
    [InlineData("amount=1000&currency=usd&error_on_requires_action=true", "error_on_requires_action", null)]
    [InlineData("amount=1000&currency=usd&return_url=https://shop.test/", "return_url", null)]
    [InlineData("amount=1000&currency=usd&payment_method=pm_card_visa&confirm=true&return_url=javascript:alert(1)", "return_url", "url_invalid")]
    [InlineData("amount=1000&currency=usd&payment_method=pm_card_visa&confirm=true&return_url=/back", "return_url", "url_invalid")]
    [InlineData("amount=1000&currency=usd&payment_method=pm_nobody", "payment_method", "resource_missing")]
    [InlineData("amount=1000&currency=usd&allowed_payment_method_types[0]=sepa_debit", "allowed_payment_method_types", null)]
    [InlineData("amount=1000&currency=usd&payment_method_types[0]=card", "payment_method_types[0]", "parameter_unknown")]
    public void A_wrong_parameter_is_named_and_its_call_is_not_remembered(string parameters, string? param, string? code)
    {
        var error = Error(400, Post("/v1/payment_intents", parameters, "k"));

        Assert.Equal("invalid_request_error", Text(error, "type"));
        Assert.Equal((param, code), (Text(error, "param"), Text(error, "code")));
        Ok(Post("/v1/payment_intents", "amount=1000&currency=usd", "k"));
        Assert.Single(Ok(Get("/v1/payment_intents")).GetProperty("data").EnumerateArray());
    }

    [Theory]
    [InlineData("pm_card_visa", 200)]
    [InlineData("pm_card_chargeDeclined", 402)]
    public void A_key_is_answered_as_before_until_a_day_is_over(string card, int status)
    {
        var parameters = $"amount=1000&currency=usd&payment_method={card}&confirm=true";
        var first = Post("/v1/payment_intents", parameters, "k");
        Assert.Equal((status, false), (first.Status, first.IsReplayed));

        Reopen();
        var again = Post("/v1/payment_intents", parameters, "k");
        Assert.Equal((status, true, first.Body.GetRawText()), (again.Status, again.IsReplayed, again.Body.GetRawText()));
        Assert.Equal("idempotency_error", Text(Error(400, Post("/v1/payment_intents", parameters + "&metadata[a]=b", "k")), "type"));
        Assert.Equal("idempotency_error", Text(Error(400, Post("/v1/refunds", "payment_intent=pi_1", "k")), "type"));

        Pass(TimeSpan.FromHours(24));
        Assert.False(Post("/v1/payment_intents", parameters, "k").IsReplayed);
        Assert.Equal(2, Ok(Get("/v1/payment_intents")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public void Only_an_intent_that_waits_can_be_canceled()
    {
        var waiting = Id(Ok(Post("/v1/payment_intents", "amount=1000&currency=usd&payment_method=pm_card_authenticationRequired&confirm=true")));
        var canceled = Ok(Post($"/v1/payment_intents/{waiting}/cancel", "cancellation_reason=abandoned"));
        Assert.Equal(("canceled", "abandoned"), (Text(canceled, "status"), Text(canceled, "cancellation_reason")));

        foreach (var ended in new[] { waiting, Pay() })
        {
            var error = Error(400, Post($"/v1/payment_intents/{ended}/cancel", ""));
            Assert.Equal(("payment_intent_unexpected_state", ended), (Text(error, "code"), Id(error.GetProperty("payment_intent"))));
        }
        Assert.Equal("resource_missing", Text(Error(404, Post("/v1/payment_intents/pi_1/cancel", "")), "code"));
    }

    [Fact]
    public void Lists_are_newest_first_in_pages()
    {
        var (first, second) = (Pay(), Pay());
        Pass(TimeSpan.FromMinutes(1));
        var third = Pay();
        var back = Id(Ok(Post("/v1/refunds", $"payment_intent={first}&amount=1")));
        var last = Id(Ok(Post("/v1/refunds", $"payment_intent={third}&amount=1")));

        Assert.Equal(($"{third} {second}", true), Page("/v1/payment_intents", "limit=2"));
        Assert.Equal((first, false), Page("/v1/payment_intents", $"limit=2&starting_after={second}"));
        Assert.Equal((third, false), Page("/v1/payment_intents", $"created[gte]={Now - 30}"));
        Assert.Equal(($"{second} {first}", false), Page("/v1/payment_intents", $"created[lte]={Now - 30}"));
        Assert.Equal((last, false), Page("/v1/refunds", $"payment_intent={third}"));
        Assert.Equal(($"{last} {back}", false), Page("/v1/refunds", ""));
        Assert.Equal("limit", Text(Error(400, Get("/v1/refunds", "limit=101")), "param"));
        Assert.Equal("resource_missing", Text(Error(400, Get("/v1/payment_intents", "starting_after=pi_1")), "code"));
        Assert.Equal("parameter_unknown", Text(Error(400, Get("/v1/payment_intents", "customer=cus_1")), "code"));
    }

    [Fact]
    public void An_intents_charge_can_be_in_it()
    {
        var id = Pay();
        var charge = Intent(id, "expand[0]=latest_charge").GetProperty("latest_charge");

        Assert.Equal(("charge", "succeeded", id), (Text(charge, "object"), Text(charge, "status"), Text(charge, "payment_intent")));
        Assert.Equal((1000, true), (charge.GetProperty("amount_captured").GetInt64(), charge.GetProperty("paid").GetBoolean()));
        Assert.False(charge.GetProperty("refunded").GetBoolean());
        Assert.Equal(charge.GetRawText(), Ok(Get($"/v1/charges/{Id(charge)}")).GetRawText());
        var listed = Ok(Get("/v1/payment_intents", "expand[]=data.latest_charge")).GetProperty("data")[0].GetProperty("latest_charge");
        Assert.Equal(charge.GetRawText(), listed.GetRawText());
        Assert.Equal(Id(charge), Text(Intent(id), "latest_charge"));
        Assert.Equal("expand", Text(Error(400, Get($"/v1/payment_intents/{id}", "expand[]=customer")), "param"));
    }

    [Fact]
    public void What_is_not_there_is_not_found()
    {
        Assert.Equal("resource_missing", Text(Error(404, Get("/v1/payment_intents/pi_1")), "code"));
        Assert.Equal("resource_missing", Text(Error(404, Get("/v1/refunds/re_1")), "code"));
        Assert.Equal("resource_missing", Text(Error(404, Get("/v1/disputes/dp_1")), "code"));
        Assert.Equal("resource_missing", Text(Error(404, Get("/v1/events/evt_1")), "code"));
        Error(404, Get("/v1/charges"));
        Error(404, Post("/v1/charges", "amount=1"));
    }

    [Fact]
    public void A_line_that_was_cut_off_was_never_answered()
    {
        var intent = Pay();
        Reopen(() => System.IO.File.AppendAllText(File, """{"changed":[],"events":[{"id":"evt_half"""));
        var second = Pay();

        Reopen();

        Assert.Equal(($"{second} {intent}", false), Page("/v1/payment_intents", ""));
    }
}
