using Ticketing.Payments.Gateway;

namespace Ticketing.Tools.Stripe;

public sealed partial class Books
{
    // Stripe's test card that its issuer wants to be authenticated.
    private const string AuthenticationRequired = "pm_card_authenticationRequired";

    private (Answer, PaymentIntent?, Refund?) CreateIntent(Parameters parameters)
    {
        var amount = parameters.Amount() ?? throw RefusedException.Invalid("amount", "parameter_missing", "Missing required param: amount.");
        var currency = parameters.RequiredText("currency");
        var method = parameters.Text("payment_method");
        var confirm = parameters.Flag("confirm");
        var errorOnAction = parameters.Flag("error_on_requires_action");
        var types = parameters.List("allowed_payment_method_types");
        var metadata = parameters.Metadata();
        parameters.RefuseOthers();
        CheckStep(amount, currency);
        if (currency == "usd" && amount < 50)
            throw RefusedException.Invalid("amount", "amount_too_small", "Amount must be at least $0.50 usd.");
        if (types.Any(type => type != "card"))
            throw RefusedException.Invalid("allowed_payment_method_types", null, "This is a simulator: it has cards only.");
        if (errorOnAction && !confirm)
            throw RefusedException.Invalid("error_on_requires_action", null, "error_on_requires_action can only be used with confirm=true.");
        if (method is not null && method != AuthenticationRequired && !TestCards.Declines.ContainsKey(method))
            throw RefusedException.Missing(400, "payment_method", "PaymentMethod", method);
        if (confirm && method is null)
        {
            throw RefusedException.Invalid(
                null, "payment_intent_unexpected_state", "You cannot confirm this PaymentIntent because it's missing a payment method.");
        }
        var intent = new PaymentIntent(NewId("pi"), amount, currency, Now)
        {
            Status = method is null ? "requires_payment_method" : "requires_confirmation",
            PaymentMethod = method,
            AllowedPaymentMethodTypes = types.Count == 0 ? null : types,
            Metadata = metadata,
        };
        return confirm ? Confirm(intent, errorOnAction) : (Answer.Of(intent), intent, null);
    }

    private static (Answer, PaymentIntent?, Refund?) Confirm(PaymentIntent intent, bool errorOnAction)
    {
        if (intent.PaymentMethod == AuthenticationRequired && !errorOnAction)
        {
            var waiting = intent with { Status = "requires_action", NextAction = new("use_stripe_sdk") };
            return (Answer.Of(waiting), waiting, null);
        }
        var decline = intent.PaymentMethod == AuthenticationRequired
            ? new("authentication_required", "authentication_required")
            : TestCards.Declines[intent.PaymentMethod!];
        var charged = intent with { LatestCharge = NewId("ch") };
        if (decline is null)
        {
            var captured = charged with { Status = "succeeded", AmountReceived = intent.Amount };
            return (Answer.Of(captured), captured, null);
        }
        var error = new ApiError("card_error")
        {
            Code = decline.Code,
            DeclineCode = decline.DeclineCode,
            Charge = charged.LatestCharge,
            Message = "Your card was declined.",
        };
        var declined = charged with { Status = "requires_payment_method", PaymentMethod = null, LastPaymentError = error };
        return (Answer.Of(402, error with { PaymentIntent = declined }), declined, null);
    }

    private (Answer, PaymentIntent?, Refund?) CancelIntent(string id, Parameters parameters)
    {
        var reason = parameters.Text("cancellation_reason");
        parameters.RefuseOthers();
        var intent = FindIntent(id, 404, "intent");
        if (!intent.Status.StartsWith("requires_", StringComparison.Ordinal))
        {
            throw RefusedException.Invalid(
                null, "payment_intent_unexpected_state", $"You cannot cancel this PaymentIntent because it has a status of {intent.Status}.");
        }
        var canceled = intent with { Status = "canceled", CanceledAt = Now, CancellationReason = reason, NextAction = null };
        return (Answer.Of(canceled), canceled, null);
    }

    private Answer ListIntents(Parameters parameters)
    {
        var since = parameters.Integer("created[gte]") ?? 0;
        return Page(
            "/v1/payment_intents", _intents.Values.Reverse().Where(intent => intent.Created >= since), intent => intent.Id,
            id => FindIntent(id, 400, "starting_after"), parameters);
    }

    private PaymentIntent FindIntent(string id, int status, string param) =>
        _intents.TryGetValue(id, out var intent) ? intent : throw RefusedException.Missing(status, param, "payment_intent", id);

    /// <summary>Some currencies' amounts end with zeros.</summary>
    private static void CheckStep(long amount, string currency)
    {
        if (currency.Length != 3 || !currency.All(char.IsAsciiLetterLower))
            throw RefusedException.Invalid("currency", null, $"Invalid currency: {currency}.");
        var step = currency switch
        {
            "bhd" or "jod" or "kwd" or "omr" or "tnd" => 10,
            "isk" or "ugx" => 100,
            _ => 1,
        };
        if (amount % step != 0)
            throw RefusedException.Invalid("amount", null, $"Amounts in {currency} must be multiples of {step}.");
    }
}
