using Ticketing.Payments.Gateway;

namespace Ticketing.Tools.Stripe;

public sealed partial class Books
{
    private Changed CreateIntent(Parameters parameters)
    {
        var amount = parameters.Amount() ?? throw RefusedException.Invalid("amount", "parameter_missing", "Missing required param: amount.");
        var currency = parameters.RequiredText("currency");
        var method = Method(parameters);
        var confirm = parameters.Flag("confirm");
        var confirmation = new Confirmation(parameters);
        var types = parameters.List("allowed_payment_method_types");
        var metadata = parameters.Metadata();
        parameters.RefuseOthers();
        CheckStep(amount, currency);
        if (currency == "usd" && amount < 50)
            throw RefusedException.Invalid("amount", "amount_too_small", "Amount must be at least $0.50 usd.");
        if (types.Any(type => type != "card"))
            throw RefusedException.Invalid("allowed_payment_method_types", null, "This is a simulator: it has cards only.");
        if (confirmation.ErrorOnAction && !confirm)
            throw RefusedException.Invalid("error_on_requires_action", null, "error_on_requires_action can only be used with confirm=true.");
        if (confirmation.ReturnUrl is not null && !confirm)
            throw RefusedException.Invalid("return_url", null, "return_url can only be used with confirm=true.");
        var id = NewId("pi");
        var intent = new PaymentIntent(id, amount, currency, Now)
        {
            ClientSecret = NewId($"{id}_secret"),
            Status = method is null ? "requires_payment_method" : "requires_confirmation",
            PaymentMethod = method,
            AllowedPaymentMethodTypes = types.Count == 0 ? null : types,
            Metadata = metadata,
        };
        var created = new Change(intent, "payment_intent.created");
        return confirm ? Confirm(intent, confirmation, created) : Changed.To(intent, created);
    }

    private Changed ConfirmIntent(string id, Parameters parameters)
    {
        var method = Method(parameters);
        var confirmation = new Confirmation(parameters);
        parameters.RefuseOthers();
        var intent = Find<PaymentIntent>(id, "intent");
        if (intent.Status is "succeeded" or "canceled")
            throw RefusedException.UnexpectedState(intent, $"You cannot confirm this PaymentIntent because it has a status of {intent.Status}.");
        return Confirm(intent with { PaymentMethod = method ?? intent.PaymentMethod }, confirmation);
    }

    private Changed Confirm(PaymentIntent intent, Confirmation confirmation, params Change[] before)
    {
        if (intent.PaymentMethod is not { } card)
            throw RefusedException.UnexpectedState(intent, "You cannot confirm this PaymentIntent because it's missing a payment method.");
        if (!Cards.MustAuthenticate(card))
            return Capture(intent, Cards.DeclineOf(card), before);
        if (confirmation.ErrorOnAction)
            return Capture(intent, new("authentication_required", "authentication_required"), before);
        // Each step has an address of its own, so that an old page decides nothing new.
        var url = $"{confirmation.Site}/authenticate/{intent.Id}/{NewId("step")}";
        var waiting = intent with
        {
            Status = "requires_action",
            LastPaymentError = null,
            NextAction = confirmation.ReturnUrl is { } back
                ? new("redirect_to_url") { RedirectToUrl = new(url, back) }
                : new("use_stripe_sdk") { UseStripeSdk = new("three_d_secure_redirect", url) },
        };
        return Changed.To(waiting, [.. before, new(waiting, "payment_intent.requires_action")]);
    }

    /// <summary>Captures the money, unless the card is declined.</summary>
    private Changed Capture(PaymentIntent intent, CardDecline? decline, params Change[] before)
    {
        var declined = "Your card was declined.";
        var charge = new Charge(NewId("ch"), intent.Amount, intent.Currency, intent.Id, intent.PaymentMethod!, Now)
        {
            Status = decline is null ? "succeeded" : "failed",
            Metadata = intent.Metadata,
            FailureCode = decline?.Code,
            FailureMessage = decline is null ? null : declined,
            Outcome = decline is null
                ? new("approved_by_network", "authorized", null, "Payment complete.")
                : new("declined_by_network", "issuer_declined", decline.DeclineCode ?? decline.Code, "The bank gave no details of this decline."),
        };
        var charged = intent with { LatestCharge = charge.Id, NextAction = null, LastPaymentError = null };
        if (decline is null)
        {
            var captured = charged with { Status = "succeeded", AmountReceived = intent.Amount };
            return Changed.To(captured, [.. before, new(charge, "charge.succeeded"), new(captured, "payment_intent.succeeded")]);
        }
        var error = new ApiError("card_error") { Code = decline.Code, DeclineCode = decline.DeclineCode, Charge = charge.Id, Message = declined };
        var failed = charged with { Status = "requires_payment_method", PaymentMethod = null, LastPaymentError = error };
        return new(
            Answer.Of(402, error with { PaymentIntent = failed }), [.. before, new(charge, "charge.failed"), new(failed, "payment_intent.payment_failed")]);
    }

    /// <summary>What the cardholder decides on the page of the card's issuer.</summary>
    private Changed Authenticate(PaymentIntent intent, bool approved)
    {
        if (approved)
            return Capture(intent, decline: null);
        var failed = intent with
        {
            Status = "requires_payment_method",
            PaymentMethod = null,
            NextAction = null,
            LastPaymentError = new("invalid_request_error")
            {
                Code = "payment_intent_authentication_failure",
                Message = "The provided PaymentMethod has failed authentication. You can provide a new PaymentMethod to attempt to fulfill "
                    + "this PaymentIntent again.",
            },
        };
        return Changed.To(failed, new Change(failed, "payment_intent.payment_failed"));
    }

    private Changed CancelIntent(string id, Parameters parameters)
    {
        var reason = parameters.Text("cancellation_reason");
        parameters.RefuseOthers();
        var intent = Find<PaymentIntent>(id, "intent");
        if (!intent.Status.StartsWith("requires_", StringComparison.Ordinal))
            throw RefusedException.UnexpectedState(intent, $"You cannot cancel this PaymentIntent because it has a status of {intent.Status}.");
        var canceled = intent with { Status = "canceled", CanceledAt = Now, CancellationReason = reason, NextAction = null };
        return Changed.To(canceled, new Change(canceled, "payment_intent.canceled"));
    }

    private static string? Method(Parameters parameters) => parameters.Text("payment_method") switch
    {
        { } unknown when !Cards.Exists(unknown) => throw RefusedException.Missing(400, "payment_method", "PaymentMethod", unknown),
        var method => method,
    };

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

    /// <summary>How the cardholder authenticates, if that is needed.</summary>
    private readonly record struct Confirmation(string Site, bool ErrorOnAction, string? ReturnUrl)
    {
        public Confirmation(Parameters parameters)
            : this(parameters.Site, parameters.Flag("error_on_requires_action"), parameters.Url("return_url"))
        {
        }
    }
}
