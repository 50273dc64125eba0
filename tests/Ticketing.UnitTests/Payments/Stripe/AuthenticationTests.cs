using System.Text.Json;

namespace Ticketing.UnitTests.Payments.Stripe;

/// <summary>Cards whose holders must authenticate: 3-D Secure.</summary>
public sealed class AuthenticationTests : BooksTest
{
    private const string Card = "amount=1000&currency=usd&payment_method=pm_card_authenticationRequired&confirm=true";

    [Theory]
    [InlineData("pm_card_authenticationRequired")]
    [InlineData("pm_card_authenticationRequiredOnSetup")]
    [InlineData("pm_card_threeDSecure2Required")]
    public void The_cardholder_is_sent_to_a_page(string card)
    {
        var waiting = Ok(Post("/v1/payment_intents", $"amount=1000&currency=usd&payment_method={card}&confirm=true&return_url=https://shop.test/back"));

        Assert.Equal(("requires_action", JsonValueKind.Null), (Text(waiting, "status"), waiting.GetProperty("latest_charge").ValueKind));
        var action = waiting.GetProperty("next_action");
        var redirect = action.GetProperty("redirect_to_url");
        Assert.Equal(("redirect_to_url", "https://shop.test/back"), (Text(action, "type"), Text(redirect, "return_url")));
        Assert.StartsWith($"http://stripe.test/authenticate/{Id(waiting)}/step_", Text(redirect, "url"), StringComparison.Ordinal);
        Assert.False(action.TryGetProperty("use_stripe_sdk", out _));
        Assert.Equal("payment_intent.created payment_intent.requires_action", Events());
    }

    [Fact]
    public void Without_a_return_url_Stripe_js_shows_the_page()
    {
        var action = Ok(Post("/v1/payment_intents", Card)).GetProperty("next_action");

        Assert.Equal("use_stripe_sdk", Text(action, "type"));
        Assert.Contains("/authenticate/pi_", Text(action.GetProperty("use_stripe_sdk"), "stripe_js"), StringComparison.Ordinal);
        Assert.False(action.TryGetProperty("redirect_to_url", out _));
    }

    [Fact]
    public void Nobody_can_authenticate_where_that_is_an_error()
    {
        var error = Error(402, Post("/v1/payment_intents", $"{Card}&error_on_requires_action=true"));

        Assert.Equal(("authentication_required", "authentication_required"), (Text(error, "code"), Text(error, "decline_code")));
    }

    [Fact]
    public void What_is_approved_is_captured_once_also_after_a_restart()
    {
        var (id, step) = Waiting();
        Reopen();

        Assert.Equal("succeeded", Books.Authenticate(id, step, isApproved: true)?.Status);
        Assert.Null(Books.Authenticate(id, step, isApproved: true));
        Assert.Null(Books.Authenticate(id, step, isApproved: false));

        Reopen();
        Assert.Equal(("succeeded", 1000), (Text(Intent(id), "status"), Intent(id).GetProperty("amount_received").GetInt64()));
        Assert.Equal(JsonValueKind.Null, Intent(id).GetProperty("next_action").ValueKind);
        Assert.Equal("payment_intent.created payment_intent.requires_action charge.succeeded payment_intent.succeeded", Events());
    }

    [Fact]
    public void What_is_declined_can_be_paid_with_another_card()
    {
        var (id, step) = Waiting();

        Assert.Equal("requires_payment_method", Books.Authenticate(id, step, isApproved: false)?.Status);
        Assert.Equal("payment_intent_authentication_failure", Text(Intent(id).GetProperty("last_payment_error"), "code"));
        Assert.Null(Books.Authenticate(id, step, isApproved: true));
        Error(400, Post($"/v1/payment_intents/{id}/confirm"));

        var paid = Ok(Post($"/v1/payment_intents/{id}/confirm", "payment_method=pm_card_visa"));
        Assert.Equal(("succeeded", JsonValueKind.Null), (Text(paid, "status"), paid.GetProperty("last_payment_error").ValueKind));
        Assert.EndsWith(" payment_intent.payment_failed charge.succeeded payment_intent.succeeded", Events(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_page_decides_no_new_question()
    {
        var (id, step) = Waiting();
        Ok(Post($"/v1/payment_intents/{id}/confirm", "return_url=https://shop.test/"));

        Assert.Null(Books.Authenticate(id, step, isApproved: true));
        Assert.Null(Books.Authenticate(id, "", isApproved: true));
        Assert.Equal("requires_action", Text(Intent(id), "status"));
    }

    [Fact]
    public void What_is_canceled_is_not_captured()
    {
        var (id, step) = Waiting();
        Ok(Post($"/v1/payment_intents/{id}/cancel"));

        Assert.Null(Books.Authenticate(id, step, isApproved: true));
        Assert.Equal(("canceled", 0), (Text(Intent(id), "status"), Intent(id).GetProperty("amount_received").GetInt64()));
        Assert.Equal("payment_intent_unexpected_state", Text(Error(400, Post($"/v1/payment_intents/{id}/confirm", "payment_method=pm_card_visa")), "code"));
    }

    [Fact]
    public void An_intent_is_confirmed_once()
    {
        var id = Id(Ok(Post("/v1/payment_intents", "amount=1000&currency=usd&payment_method=pm_card_visa")));

        Assert.Equal("succeeded", Text(Ok(Post($"/v1/payment_intents/{id}/confirm")), "status"));
        Error(400, Post($"/v1/payment_intents/{id}/confirm"));
        Assert.Equal("payment_method", Text(Error(400, Post($"/v1/payment_intents/{id}/confirm", "payment_method=pm_nobody")), "param"));
        Assert.Equal("resource_missing", Text(Error(404, Post("/v1/payment_intents/pi_1/confirm")), "code"));
        Assert.Equal("payment_intent.created charge.succeeded payment_intent.succeeded", Events());
    }

    private (string Id, string Step) Waiting()
    {
        var waiting = Ok(Post("/v1/payment_intents", $"{Card}&return_url=https://shop.test/"));
        return (Id(waiting), Text(waiting.GetProperty("next_action").GetProperty("redirect_to_url"), "url")!.Split('/')[^1]);
    }
}
